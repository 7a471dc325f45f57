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
  v_calendar schnittwerk_core.salon_calendar;
  v_code text;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.instant_fault('appointment_start', p_starts_at),
    coalesce(
      schnittwerk_core.instant_fault('appointment_end', p_ends_at),
      schnittwerk_core.fault('appointment_end', coalesce(
        p_starts_at < p_ends_at - interval '24 hours', false), 'out_of_range',
        'appointment_end must be at most 24 hours after appointment_start')
    )
  );
  v_calendar := schnittwerk_core.calendar_at(v_caller.salon_id, p_starts_at);
  v_code := case when p_ends_at <= p_starts_at then 'invalid_times'
    else (schnittwerk_core.timing_failures(v_calendar, p_starts_at, p_ends_at))[1] end;
  return query select
    v_code is null, schnittwerk_core.refusal_details(v_code, v_calendar, p_starts_at);
end
$$;

comment on function schnittwerk_core.validate_appointment_timing(timestamptz, timestamptz, uuid) is
  'Engine of schnittwerk.validate_appointment_timing.';

revoke execute on function schnittwerk_core.validate_appointment_timing from public;
grant execute on function schnittwerk_core.validate_appointment_timing
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
