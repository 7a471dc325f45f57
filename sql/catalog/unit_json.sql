create function schnittwerk_core.unit_json(p_unit schnittwerk_core.unit)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_unit)
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_unit).created_at));

comment on function schnittwerk_core.unit_json(schnittwerk_core.unit) is
  'A room or piece of equipment with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.unit_json from public;

create function schnittwerk_core.unit_closure_json(p_closure schnittwerk_core.unit_closure)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_closure) - 'unit_id' || jsonb_build_object(
  'resource_id', (p_closure).unit_id,
  'start_time', schnittwerk_core.time_text((p_closure).start_time),
  'end_time', schnittwerk_core.time_text((p_closure).end_time),
  'created_at', schnittwerk_core.utc_text((p_closure).created_at)
);

comment on function schnittwerk_core.unit_closure_json(schnittwerk_core.unit_closure) is
  'A closure of a room or piece of equipment with all its columns, local times as HH:MM, instants in UTC.';

revoke execute on function schnittwerk_core.unit_closure_json from public;
