create function schnittwerk_core.has_gap(
  p_salon_id uuid,
  p_staff_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_buffer_minutes int,
  p_exclude_appointment_id uuid default null
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return not exists (
    select
    from schnittwerk_core.services v
    left join schnittwerk_core.staff_services p
      on p.salon_id = v.salon_id and p.service_id = v.id and p.staff_id = p_staff_id
    cross join lateral schnittwerk_core.claims_of(
      p_staff_id, p_starts_at, p_ends_at, p_buffer_minutes, p_buffer_minutes,
      schnittwerk_core.staff_steps(
        v.steps, v.duration_minutes, p.steps, p.estimated_duration_minutes), null) c
    join schnittwerk_core.occupancy o
      on o.salon_id = p_salon_id and o.resource_id = p_staff_id and o.during && c.during
    join schnittwerk_core.appointments a on a.salon_id = o.salon_id and a.id = o.claim_id
    where v.salon_id = p_salon_id and v.id = p_service_id
      and tstzrange(a.starts_at, a.ends_at) && c.during
      and a.id is distinct from p_exclude_appointment_id
  );
end
$$;

comment on function schnittwerk_core.has_gap(uuid, uuid, uuid, timestamptz, timestamptz, int, uuid) is
  'Whether at least p_buffer_minutes lie between an appointment and its neighbours.';

revoke execute on function schnittwerk_core.has_gap from public;

create function schnittwerk_core.get_available_slots(
  p_staff_id uuid,
  p_service_id uuid,
  p_date date,
  p_buffer_minutes int,
  p_slot_interval_minutes int,
  p_salon_id uuid
)
returns table (
  start_time timestamptz, end_time timestamptz, duration_minutes int, is_preferred boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.date_fault('p_date', p_date),
    schnittwerk_core.number_fault('p_buffer_minutes', p_buffer_minutes, 0, 1440));
  return query
  select f.starts_at, f.ends_at, f.duration_minutes, f.is_preferred
  from schnittwerk_core.find_slots(
    p_service_id, p_date, p_date, p_staff_id, p_slot_interval_minutes, null, null,
    null, v_caller.salon_id
  ) f
  where schnittwerk_core.has_gap(
    v_caller.salon_id, f.staff_id, p_service_id, f.starts_at, f.ends_at, p_buffer_minutes
  );
end
$$;

comment on function schnittwerk_core.get_available_slots(uuid, uuid, date, int, int, uuid) is
  'Engine of schnittwerk.rpc_get_available_slots_enhanced.';

revoke execute on function schnittwerk_core.get_available_slots from public;
grant execute on function schnittwerk_core.get_available_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.rpc_get_available_slots_enhanced(
  p_staff_id uuid,
  p_service_id uuid,
  p_date date,
  p_buffer_minutes int default 15,
  p_slot_interval_minutes int default 15,
  p_salon_id uuid default null
)
returns table (
  start_time timestamptz, end_time timestamptz, duration_minutes int, is_preferred boolean
)
language sql
stable
begin atomic
  select s.start_time, s.end_time, s.duration_minutes, s.is_preferred
  from schnittwerk_core.get_available_slots(
    p_staff_id, p_service_id, p_date, p_buffer_minutes, p_slot_interval_minutes, p_salon_id
  ) s;
end;

comment on function schnittwerk.rpc_get_available_slots_enhanced(uuid, uuid, date, int, int, uuid) is
  'The original system''s slot search: free slots on a local date. p_staff_id: null means anyone. p_buffer_minutes: 0 to 1440. The distance to the neighbouring appointments is at least the greater of this and the buffer of the rules. p_slot_interval_minutes: as for find_slots. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.rpc_get_available_slots_enhanced from public;
grant execute on function schnittwerk.rpc_get_available_slots_enhanced
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
