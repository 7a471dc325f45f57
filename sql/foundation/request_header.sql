create function schnittwerk_core.request_header(p_name text)
returns text
language sql
stable
parallel safe
return nullif(current_setting('request.headers', true), '')::json ->> p_name;

comment on function schnittwerk_core.request_header(text) is
  'A header of the gateway''s request (PostgREST sets request.headers), p_name in lower case; null without a gateway.';

revoke execute on function schnittwerk_core.request_header from public;
