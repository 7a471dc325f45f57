create function schnittwerk_core.require_change(
  p_caller schnittwerk_core.caller,
  p_appointment schnittwerk_core.appointments,
  p_action text,
  p_are_rules_waived boolean,
  p_is_whole_visit boolean default false
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_code constant text := (schnittwerk_core.change_failures(
    p_caller, p_appointment, p_action, p_are_rules_waived, p_is_whole_visit))[1];
begin
  if v_code is not null then
    perform schnittwerk_core.refuse(
      v_code, schnittwerk_core.change_details(v_code, p_appointment));
  end if;
end
$$;

comment on function schnittwerk_core.require_change(schnittwerk_core.caller, schnittwerk_core.appointments, text, boolean, boolean) is
  'Refuses p_action (cancel, reschedule or change_service) with the first of change_failures.';

revoke execute on function schnittwerk_core.require_change from public;
