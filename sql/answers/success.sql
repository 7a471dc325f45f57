create function schnittwerk_core.success(
  p_thing text, p_value jsonb, p_http_status int default 200, p_more jsonb default '{}'
)
returns jsonb
language sql
immutable
parallel safe
return jsonb_build_object('success', true, 'http_status', p_http_status, p_thing, p_value)
  || p_more;

comment on function schnittwerk_core.success(text, jsonb, int, jsonb) is
  'The answer of a write that succeeded: p_value under the key p_thing, merged with p_more.';

revoke execute on function schnittwerk_core.success from public;
