create function schnittwerk_core.get_business_settings(p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  return schnittwerk_core.business_settings(v_caller.salon_id);
end
$$;

comment on function schnittwerk_core.get_business_settings(uuid) is
  'Engine of schnittwerk.get_business_settings.';

revoke execute on function schnittwerk_core.get_business_settings from public;
grant execute on function schnittwerk_core.get_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_business_settings(p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_business_settings(p_salon_id);

comment on function schnittwerk.get_business_settings(uuid) is
  'The salon''s opening hours and booking settings, in the form that set_business_settings takes. For everyone. Raises salon_required, not_found.';

revoke execute on function schnittwerk.get_business_settings from public;
grant execute on function schnittwerk.get_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
