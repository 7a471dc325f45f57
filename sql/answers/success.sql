create function schnittwerk_core.success(
  p_thing text, p_value jsonb, p_http_status int default 200
)
returns jsonb
language sql
-- Stable like jsonb_build_object, else it would not inline.
stable
parallel safe
return jsonb_build_object('success', true, 'http_status', p_http_status, p_thing, p_value);

comment on function schnittwerk_core.success(text, jsonb, int) is
  'The answer of a write that succeeded: p_value under the key p_thing.';

revoke execute on function schnittwerk_core.success from public;
