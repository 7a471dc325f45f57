create function schnittwerk_core.given_correlation_id()
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id text;
begin
  -- Most calls are the first write of their transaction and come without a gateway.
  if concat(
    current_setting('schnittwerk.actor', true), current_setting('request.headers', true)) = ''
  then
    return null;
  end if;
  v_id := coalesce(
    -- Not actor(): a client may have set the setting to anything.
    schnittwerk_core.json_or_null(
      current_setting('schnittwerk.actor', true)) ->> 'correlation_id',
    schnittwerk_core.request_header('x-correlation-id')
  );
  -- The length is checked apart: a pattern with a count takes 50 microseconds.
  return case when length(v_id) <= 200 and v_id ~ '^[!-~]+$' then v_id end;
end
$$;

comment on function schnittwerk_core.given_correlation_id() is
  'The correlation id of the current write, else the request''s X-Correlation-Id if it is 1 to 200 printable ASCII characters, else null.';

revoke execute on function schnittwerk_core.given_correlation_id from public;

create function schnittwerk_core.correlation_id()
returns text
language sql
volatile
return coalesce(schnittwerk_core.given_correlation_id(), gen_random_uuid()::text);

comment on function schnittwerk_core.correlation_id() is
  'The given correlation id, else a new uuid.';

revoke execute on function schnittwerk_core.correlation_id from public;
