create function schnittwerk_core.request_header(p_name text)
returns text
language sql
stable
-- Without a gateway this calls no function.
return case when current_setting('request.headers', true) <> '' then
  schnittwerk_core.json_or_null(current_setting('request.headers', true)) ->> p_name end;

comment on function schnittwerk_core.request_header(text) is
  'A header of the gateway''s request (PostgREST sets request.headers), p_name in lower case; null without a gateway, or if the headers are not a JSON object.';

revoke execute on function schnittwerk_core.request_header from public;
