create function schnittwerk_core.require_change(
  p_caller schnittwerk_core.caller,
  p_appointment schnittwerk_core.appointments,
  p_action text,
  p_are_rules_waived boolean
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_code constant text := (schnittwerk_core.change_failures(
    p_caller, p_appointment, p_action, p_are_rules_waived))[1];
begin
  if v_code is not null then
    perform schnittwerk_core.refuse(v_code, (
      select case v_code
        when 'wrong_status' then schnittwerk_core.status_details(p_appointment)
        when 'cancellation_deadline_passed'
          then format(e.details, trim_scale(p_appointment.cancellation_deadline_hours))
        when 'reschedule_deadline_passed'
          then format(e.details, trim_scale(p_appointment.reschedule_deadline_hours))
        when 'reschedule_limit_reached' then format(e.details, p_appointment.max_reschedules)
      end
      from schnittwerk_core.error_code e
      where e.code = v_code
    ));
  end if;
end
$$;

comment on function schnittwerk_core.require_change(schnittwerk_core.caller, schnittwerk_core.appointments, text, boolean) is
  'Refuses p_action (cancel or reschedule) with the first of change_failures.';

revoke execute on function schnittwerk_core.require_change from public;
