create function schnittwerk_core.explain_slot(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_appointment_id uuid,
  p_customer_id uuid,
  p_salon_id uuid
)
returns table (rule text, passed boolean, code text, details text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_is_move constant boolean := p_appointment_id is not null;
  v_moved schnittwerk_core.appointments;
  v_customer_id uuid := p_customer_id;
  v_calendar schnittwerk_core.salon_calendar;
  v_verdict schnittwerk_core.verdict;
  v_failures text[];
  v_limit text;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_service_id', p_service_id is null),
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
    schnittwerk_core.instant_fault('p_starts_at', p_starts_at)
  );
  if v_is_move then
    v_moved := schnittwerk_core.visible_appointment(v_caller, p_appointment_id);
    perform schnittwerk_core.require_valid(schnittwerk_core.fault(
      'p_customer_id', coalesce(v_moved.customer_id <> p_customer_id, false), 'not_of_the_appointment',
      'p_customer_id must be the customer of the appointment'));
    v_customer_id := v_moved.customer_id;
  elsif p_customer_id is null and v_caller.role = 'customer' then
    v_customer_id := schnittwerk_core.own_customer(v_caller);
  elsif p_customer_id is not null
    and not schnittwerk_core.may_know_customer(v_caller, p_customer_id)
  then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;
  v_verdict := (schnittwerk_core.judge_start(
    v_caller.salon_id, p_service_id, array[p_staff_id], p_starts_at,
    p_exclude_claim_ids => array_remove(array[p_appointment_id], null), p_moved => v_moved,
    p_customer_id => v_customer_id, p_visit_id => v_moved.visit_id))[1];
  if v_verdict.staff_id is null then
    perform schnittwerk_core.refuse('not_found', 'There is no such service or member of staff');
  end if;
  v_failures := v_verdict.failures;
  if v_is_move then
    v_failures := v_failures || schnittwerk_core.change_failures(
      v_caller, v_moved,
      case when p_service_id <> v_moved.service_id
          and (p_staff_id, p_starts_at) = (v_moved.staff_id, v_moved.starts_at)
        then 'change_service' else 'reschedule' end);
  end if;

  -- The service is exempt from limits.
  if v_customer_id is not null and v_caller.role <> 'service' then
    v_limit := schnittwerk_core.booking_limit_details(
      v_caller.salon_id, v_customer_id, p_starts_at,
      p_moved_appointment_id => p_appointment_id);
    if v_limit is not null then
      v_failures := v_failures || text 'booking_limit_reached';
    end if;
  end if;

  if v_failures <> '{}' then
    v_calendar := schnittwerk_core.week_calendar(v_caller.salon_id, p_starts_at => p_starts_at);
  end if;
  return query
  select
    r.rule,
    not r.code = any (v_failures),
    case when r.code = any (v_failures) then r.code end,
    case
      when not r.code = any (v_failures) then null
      when r.code = 'booking_limit_reached' then v_limit
      when r.is_about_moves then schnittwerk_core.change_details(r.code, v_moved)
      else schnittwerk_core.refusal_details(
        r.code, v_calendar, p_starts_at, p_units => v_verdict.units)
    end
  from (
    values
      ('status', 'wrong_status', true),
      ('not part of a visit', 'part_of_a_visit', true),
      ('reschedule deadline', 'reschedule_deadline_passed', true),
      ('reschedule limit', 'reschedule_limit_reached', true),
      ('booking limit', 'booking_limit_reached', false),
      ('service is offered', 'service_not_offered', false),
      ('minimum notice', 'notice_too_short', false),
      ('booking horizon', 'too_far_ahead', false),
      ('no holiday', 'holiday', false),
      ('open that day', 'business_closed', false),
      ('business hours', 'outside_business_hours', false),
      ('slot grid', 'off_grid', false),
      ('staff available', 'staff_unavailable', false),
      ('rooms and equipment are free', 'resource_unavailable', false),
      ('time is free', 'slot_conflict', false),
      ('customer is free', 'customer_busy', false)
  ) r (rule, code, is_about_moves)
  join schnittwerk_core.error_code e on e.code = r.code
  where v_is_move or not r.is_about_moves
  order by e.rank;
end
$$;

comment on function schnittwerk_core.explain_slot(uuid, uuid, timestamptz, uuid, uuid, uuid) is
  'Engine of schnittwerk.explain_slot.';

revoke execute on function schnittwerk_core.explain_slot from public;
grant execute on function schnittwerk_core.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.explain_slot(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_appointment_id uuid default null,
  p_customer_id uuid default null,
  p_salon_id uuid default null
)
returns table (rule text, passed boolean, code text, details text)
language sql
stable
begin atomic
  select e.rule, e.passed, e.code, e.details
  from schnittwerk_core.explain_slot(
    p_service_id, p_staff_id, p_starts_at, p_appointment_id, p_customer_id, p_salon_id
  ) e;
end;

comment on function schnittwerk.explain_slot(uuid, uuid, timestamptz, uuid, uuid, uuid) is
  'Every booking rule once for one start: whether it passes and, if not, the code and details with which a booking would be refused. All rules pass exactly when the caller can book the slot now. p_starts_at: a whole minute. p_appointment_id: judges a move of this appointment to the start instead, by its status, deadline and limit of moves too. All rules pass exactly when reschedule_booking would move it without an override. If p_service_id is another service, the move is judged on its terms. p_customer_id: whom the booking is for; customers may name only themselves, the salon team anyone. Null means the caller, if they are a customer. For a move it must be the customer of the appointment, or null. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.explain_slot from public;
grant execute on function schnittwerk.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
