create function schnittwerk_core.clock()
returns timestamptz
language sql
stable
parallel safe
return statement_timestamp();

comment on function schnittwerk_core.clock() is
  'The book''s only source of "now": the start of the client''s statement. Tests replace it inside their transaction.';

revoke execute on function schnittwerk_core.clock from public;
