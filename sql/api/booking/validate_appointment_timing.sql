create function schnittwerk_core.validate_appointment_timing(
  p_starts_at timestamptz, p_ends_at timestamptz, p_salon_id uuid
)
returns table (is_valid boolean, error_message text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_now constant timestamptz := schnittwerk_core.clock();
  -- A notice is never negative and a horizon at most 730 days. An instant further away breaks the
  -- same rule as these bounds, and could overflow the calculations.
  v_starts_at constant timestamptz :=
    least(greatest(p_starts_at, v_now - interval '1 day'), v_now + interval '731 days');
  v_ends_at constant timestamptz := greatest(
    least(p_ends_at, v_starts_at + interval '25 hours'), v_starts_at + interval '1 microsecond');
  v_calendar schnittwerk_core.salon_calendar;
  v_code text;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('appointment_start', p_starts_at is null),
    schnittwerk_core.required_fault('appointment_end', p_ends_at is null)
  );
  v_calendar := schnittwerk_core.week_calendar(v_caller.salon_id, p_starts_at => v_starts_at);
  v_code := case when p_ends_at <= p_starts_at then 'invalid_times'
    else (array_remove(
      schnittwerk_core.lead_time_failures(
        v_calendar.earliest_start, v_calendar.latest_start, v_starts_at
      ) || schnittwerk_core.opening_failures(
        v_calendar.salon_id, v_calendar.time_zone, v_calendar.hours, v_calendar.closures,
        v_starts_at, v_ends_at
      ), null))[1] end;
  error_message := case
    when v_code is not null
      then schnittwerk_core.refusal_details(v_code, v_calendar, v_starts_at)
    -- A salon that never closes is open for longer, but no service takes longer.
    when v_ends_at > v_starts_at + interval '24 hours'
      then 'An appointment lasts at most 24 hours'
  end;
  is_valid := error_message is null;
  return next;
end
$$;

comment on function schnittwerk_core.validate_appointment_timing(timestamptz, timestamptz, uuid) is
  'Engine of schnittwerk.validate_appointment_timing.';

revoke execute on function schnittwerk_core.validate_appointment_timing from public;
grant execute on function schnittwerk_core.validate_appointment_timing
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.validate_appointment_timing(
  appointment_start timestamptz, appointment_end timestamptz, p_salon_id uuid default null
)
returns table (is_valid boolean, error_message text)
language sql
stable
begin atomic
  select v.is_valid, v.error_message
  from schnittwerk_core.validate_appointment_timing(
    appointment_start, appointment_end, p_salon_id
  ) v;
end;

comment on function schnittwerk.validate_appointment_timing(timestamptz, timestamptz, uuid) is
  'Whether an appointment from appointment_start to appointment_end passes the salon''s timing rules: notice, horizon, holidays and opening hours. Returns one row; error_message describes the first rule that fails. Accepts any two instants, also with seconds, in the past, in the wrong order or infinite. A booking accepts whole minutes only. Raises invalid_input (an instant is missing), salon_required, not_found.';

revoke execute on function schnittwerk.validate_appointment_timing from public;
grant execute on function schnittwerk.validate_appointment_timing
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
