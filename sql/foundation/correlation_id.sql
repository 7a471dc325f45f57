create function schnittwerk_core.correlation_id()
returns text
language sql
volatile
return coalesce(
  substring(schnittwerk_core.request_header('x-correlation-id') from '^[!-~]{1,200}$'),
  gen_random_uuid()::text
);

comment on function schnittwerk_core.correlation_id() is
  'The X-Correlation-Id of the request (1 to 200 printable ASCII characters), else a new uuid.';

revoke execute on function schnittwerk_core.correlation_id from public;
