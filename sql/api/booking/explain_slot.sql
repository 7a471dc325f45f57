create function schnittwerk_core.explain_slot(
  p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_salon_id uuid
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
  v_calendar schnittwerk_core.salon_calendar;
  v_verdict schnittwerk_core.verdict;
  v_limit text;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_service_id', p_service_id is null),
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
    schnittwerk_core.instant_fault('p_starts_at', p_starts_at)
  );
  v_calendar := schnittwerk_core.calendar_at(v_caller.salon_id, p_starts_at);
  select j.* into v_verdict
  from schnittwerk_core.judge_slot(v_calendar, p_service_id, array[p_staff_id], p_starts_at) j;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such service or member of staff');
  end if;

  -- the salon's people and the service are not customers: whom they would book for is not known
  if v_caller.role = 'customer' then
    select schnittwerk_core.booking_limit_details(v_caller.salon_id, c.id, p_starts_at) into v_limit
    from schnittwerk_core.customers c
    where c.salon_id = v_caller.salon_id and c.profile_id = v_caller.user_id;
    if v_limit is not null then
      v_verdict.failures := text 'booking_limit_reached' || v_verdict.failures;
    end if;
  end if;

  return query
  select
    r.rule,
    not r.code = any (v_verdict.failures),
    case when r.code = any (v_verdict.failures) then r.code end,
    case
      when not r.code = any (v_verdict.failures) then null
      when r.code = 'booking_limit_reached' then format(e.details, v_limit)
      else schnittwerk_core.refusal_details(r.code, v_calendar, p_starts_at)
    end
  from (
    values
      ('booking limit', 'booking_limit_reached'),
      ('service is offered', 'service_not_offered'),
      ('minimum notice', 'notice_too_short'),
      ('booking horizon', 'too_far_ahead'),
      ('no holiday', 'holiday'),
      ('open that day', 'business_closed'),
      ('business hours', 'outside_business_hours'),
      ('slot grid', 'off_grid'),
      ('staff available', 'staff_unavailable'),
      ('time is free', 'slot_conflict')
  ) r (rule, code)
  join schnittwerk_core.error_code e on e.code = r.code
  order by e.rank;
end
$$;

comment on function schnittwerk_core.explain_slot(uuid, uuid, timestamptz, uuid) is
  'Engine of schnittwerk.explain_slot.';

revoke execute on function schnittwerk_core.explain_slot from public;
grant execute on function schnittwerk_core.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.explain_slot(
  p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_salon_id uuid default null
)
returns table (rule text, passed boolean, code text, details text)
language sql
stable
begin atomic
  select e.rule, e.passed, e.code, e.details
  from schnittwerk_core.explain_slot(p_service_id, p_staff_id, p_starts_at, p_salon_id) e;
end;

comment on function schnittwerk.explain_slot(uuid, uuid, timestamptz, uuid) is
  'Every booking rule once for a start, with whether it passes and, where not, the code and details that a booking would be refused with; all pass exactly when the slot can be booked now. p_starts_at: a whole minute. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.explain_slot from public;
grant execute on function schnittwerk.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
