create function schnittwerk_core.success(
  p_thing text, p_value jsonb, p_http_status int default 200, p_more jsonb default '{}'
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('response.status', p_http_status::text, true);
  return jsonb_build_object(
    'success', true,
    'operation_id', null,
    'replayed', false,
    'correlation_id', schnittwerk_core.correlation_id(),
    'http_status', p_http_status,
    p_thing, p_value
  ) || p_more;
end
$$;

comment on function schnittwerk_core.success(text, jsonb, int, jsonb) is
  'The answer of a write that succeeded: p_value under the name p_thing, p_more merged in; sets response.status.';

revoke execute on function schnittwerk_core.success from public;
