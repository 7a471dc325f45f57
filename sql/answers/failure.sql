create function schnittwerk_core.failure(p_code text, p_details text default null)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_error schnittwerk_core.error_code;
begin
  select e.* into strict v_error from schnittwerk_core.error_code e where e.code = p_code;
  return jsonb_build_object(
    'success', false,
    'http_status', v_error.http_status,
    'error', v_error.title,
    'code', p_code,
    'details', case when p_code = 'invalid_input' then p_details::jsonb
      else to_jsonb(coalesce(p_details, v_error.details, v_error.title)) end
  );
end
$$;

comment on function schnittwerk_core.failure(text, text) is
  'The answer of a write that was refused, worded by the error registry.';

revoke execute on function schnittwerk_core.failure from public;
