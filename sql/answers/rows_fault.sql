create function schnittwerk_core.most_rows()
returns int
language sql
immutable
parallel safe
return 100000;

comment on function schnittwerk_core.most_rows() is
  'How many rows a read answers with at most.';

revoke execute on function schnittwerk_core.most_rows from public;

create function schnittwerk_core.rows_fault(p_path text, p_rows bigint, p_remedy text)
returns jsonb
language sql
stable
parallel safe
return schnittwerk_core.fault(
  p_path, p_rows > schnittwerk_core.most_rows(), 'too_many',
  format('There are more than %s rows: %s', schnittwerk_core.most_rows(), p_remedy));

comment on function schnittwerk_core.rows_fault(text, bigint, text) is
  'The fault of a question that has more than most_rows() rows for an answer; p_remedy says what to narrow.';

revoke execute on function schnittwerk_core.rows_fault from public;
