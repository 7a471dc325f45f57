-- Deploy schnittwerk:compat

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/compat/rpc_get_available_slots_enhanced.sql
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
-- end include

-- include: sql/compat/create_booking_idempotent.sql
create function schnittwerk.create_booking_idempotent(
  p_idempotency_key text,
  p_customer_id uuid,
  p_staff_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_price decimal default null,
  p_notes text default null,
  p_user_id uuid default null,
  p_salon_id uuid default null
)
returns table (operation_id uuid, appointment_id uuid, status text, error_message text)
language sql
volatile
begin atomic
  select
    (r.answer ->> 'operation_id')::uuid,
    (r.answer #>> '{appointment,id}')::uuid,
    case when (r.answer ->> 'success')::boolean then 'completed' else 'failed' end,
    case when r.answer ->> 'code' = 'slot_conflict' then 'Slot not available: ' else '' end
      || (r.answer ->> 'details')
  from (
    select schnittwerk_core.create_booking(
      p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes, p_price,
      null, null, null, p_salon_id, p_ends_at, p_user_id
    ) as answer
  ) r;
end;

comment on function schnittwerk.create_booking_idempotent(text, uuid, uuid, uuid, timestamptz, timestamptz, decimal, text, uuid, uuid) is
  'The original system''s booking. Calls create_booking and returns one row, whose status is completed or failed; error_message has the details of a refusal. p_ends_at, p_price: checked if given. p_user_id: the user for whom the service acts. The other arguments are those of create_booking.';

revoke execute on function schnittwerk.create_booking_idempotent from public;
grant execute on function schnittwerk.create_booking_idempotent
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/compat/rpc_validate_appointment_slot.sql
create function schnittwerk_core.validate_appointment_slot(
  p_staff_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_buffer_minutes int,
  p_exclude_appointment_id uuid,
  p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  -- Callers who could exclude somebody else's appointment would learn its time.
  v_exclude_id constant uuid := (
    select a.id
    from schnittwerk_core.appointments a
    where a.salon_id = v_caller.salon_id and a.id = p_exclude_appointment_id
      and schnittwerk_core.may_know_customer(v_caller, a.customer_id)
  );
  v_calendar schnittwerk_core.salon_calendar;
  v_verdict schnittwerk_core.verdict;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
    schnittwerk_core.required_fault('p_service_id', p_service_id is null),
    schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
    schnittwerk_core.instant_fault('p_ends_at', p_ends_at, false),
    schnittwerk_core.number_fault('p_buffer_minutes', p_buffer_minutes, 0, 1440)
  );
  v_calendar := schnittwerk_core.week_calendar(v_caller.salon_id, p_starts_at => p_starts_at);
  v_verdict := (schnittwerk_core.judge_start(
    v_caller.salon_id, p_service_id, array[p_staff_id], p_starts_at, p_ends_at,
    p_exclude_claim_ids => array_remove(array[v_exclude_id], null)
  ))[1];
  if v_verdict.staff_id is null then
    perform schnittwerk_core.refuse('not_found', 'There is no such service or member of staff');
  end if;
  if not 'slot_conflict' = any (v_verdict.failures) and not schnittwerk_core.has_gap(
    v_caller.salon_id, p_staff_id, p_service_id, p_starts_at, v_verdict.ends_at,
    p_buffer_minutes, v_exclude_id
  ) then
    v_verdict.failures := v_verdict.failures || text 'slot_conflict';
  end if;
  return jsonb_build_object(
    'is_valid', v_verdict.failures = '{}',
    'errors', (
      select coalesce(jsonb_agg(
        schnittwerk_core.refusal_details(
          f.code, v_calendar, p_starts_at, v_verdict.ends_at, p_units => v_verdict.units)
          order by f.n
      ), '[]')
      from unnest(v_verdict.failures) with ordinality f (code, n)
    )
  );
end
$$;

comment on function schnittwerk_core.validate_appointment_slot(uuid, uuid, timestamptz, timestamptz, int, uuid, uuid) is
  'Engine of schnittwerk.rpc_validate_appointment_slot.';

revoke execute on function schnittwerk_core.validate_appointment_slot from public;
grant execute on function schnittwerk_core.validate_appointment_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.rpc_validate_appointment_slot(
  p_staff_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_buffer_minutes int default 15,
  p_exclude_appointment_id uuid default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.validate_appointment_slot(
  p_staff_id, p_service_id, p_starts_at, p_ends_at, p_buffer_minutes, p_exclude_appointment_id,
  p_salon_id
);

comment on function schnittwerk.rpc_validate_appointment_slot(uuid, uuid, timestamptz, timestamptz, int, uuid, uuid) is
  'The original system''s check of one slot. Returns {"is_valid", "errors"}, with the details of every rule that fails. p_ends_at: null means the service''s duration. p_buffer_minutes: 0 to 1440; the greater of this and the buffer of the rules applies. p_exclude_appointment_id: an appointment to be moved; ignored if the caller may not see it. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.rpc_validate_appointment_slot from public;
grant execute on function schnittwerk.rpc_validate_appointment_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/compat/is_holiday.sql
create function schnittwerk_core.is_holiday(p_date date, p_salon_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.date_fault('check_date', p_date));
  return exists (
    select from schnittwerk_core.holiday_dates(v_caller.salon_id, p_date, p_date) d
    where d.affects_all_staff
  );
end
$$;

comment on function schnittwerk_core.is_holiday(date, uuid) is 'Engine of schnittwerk.is_holiday.';

revoke execute on function schnittwerk_core.is_holiday from public;
grant execute on function schnittwerk_core.is_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.is_holiday(check_date date, p_salon_id uuid default null)
returns boolean
language sql
stable
return schnittwerk_core.is_holiday(check_date, p_salon_id);

comment on function schnittwerk.is_holiday(date, uuid) is
  'The original system''s check: whether a holiday closes the whole salon on a local date, recurring holidays included. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.is_holiday from public;
grant execute on function schnittwerk.is_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/compat/get_booking_policy.sql
create function schnittwerk_core.get_booking_policy(p_policy_key text, p_salon_id uuid)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer,stranger}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.text_fault('policy_key', p_policy_key, 100, false));
  return v_caller.policies ->> p_policy_key;
end
$$;

comment on function schnittwerk_core.get_booking_policy(text, uuid) is
  'Engine of schnittwerk.get_booking_policy.';

revoke execute on function schnittwerk_core.get_booking_policy from public;
grant execute on function schnittwerk_core.get_booking_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_booking_policy(policy_key text, p_salon_id uuid default null)
returns text
language sql
stable
return schnittwerk_core.get_booking_policy(get_booking_policy.policy_key, p_salon_id);

comment on function schnittwerk.get_booking_policy(text, uuid) is
  'The original system''s policy look-up: the value in force, as text; null for an unknown policy. For all signed-in users. Raises not_authenticated, salon_required, invalid_input, not_found.';

revoke execute on function schnittwerk.get_booking_policy from public;
grant execute on function schnittwerk.get_booking_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/compat/supabase_roles.sql
-- Runs last, when all functions exist. A later migration that adds a function includes this file
-- again.
do $$
begin
  perform schnittwerk_core.map_supabase_roles();
end
$$;
-- end include

commit;
