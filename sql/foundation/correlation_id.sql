create function schnittwerk_core.given_correlation_id()
returns text
language sql
stable
return substring(
  coalesce(
    schnittwerk_core.actor() ->> 'correlation_id',
    schnittwerk_core.request_header('x-correlation-id')
  ) from '^[!-~]{1,200}$'
);

comment on function schnittwerk_core.given_correlation_id() is
  'The correlation id of the write that is under way, else the X-Correlation-Id of the request, where it has 1 to 200 printable ASCII characters; else null.';

revoke execute on function schnittwerk_core.given_correlation_id from public;

create function schnittwerk_core.correlation_id()
returns text
language sql
volatile
return coalesce(schnittwerk_core.given_correlation_id(), gen_random_uuid()::text);

comment on function schnittwerk_core.correlation_id() is
  'The correlation id that was given, else a new uuid.';

revoke execute on function schnittwerk_core.correlation_id from public;
