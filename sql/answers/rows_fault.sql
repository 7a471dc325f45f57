create function schnittwerk_core.most_rows()
returns int
language sql
immutable
parallel safe
return 100000;

comment on function schnittwerk_core.most_rows() is
  'The most rows that a read returns.';

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
  'The fault of a read that would return more than most_rows() rows; p_remedy says which argument to narrow.';

revoke execute on function schnittwerk_core.rows_fault from public;
