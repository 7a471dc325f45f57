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
