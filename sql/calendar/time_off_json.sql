create function schnittwerk_core.time_off_json(p_time_off schnittwerk_core.staff_timeoff)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_time_off) || jsonb_build_object(
  'start_time', schnittwerk_core.time_text((p_time_off).start_time),
  'end_time', schnittwerk_core.time_text((p_time_off).end_time),
  'created_at', schnittwerk_core.utc_text((p_time_off).created_at)
);

comment on function schnittwerk_core.time_off_json(schnittwerk_core.staff_timeoff) is
  'Time off with all columns, local times as HH:MM, instants in UTC.';

revoke execute on function schnittwerk_core.time_off_json from public;
