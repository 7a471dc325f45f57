create function schnittwerk_core.service_json(p_service schnittwerk_core.services)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_service)
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_service).created_at));

comment on function schnittwerk_core.service_json(schnittwerk_core.services) is
  'A service with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.service_json from public;
