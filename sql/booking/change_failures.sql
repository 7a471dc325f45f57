create function schnittwerk_core.change_failures(
  p_caller schnittwerk_core.caller,
  p_appointment schnittwerk_core.appointments,
  p_action text,
  p_are_rules_waived boolean default false,
  p_is_whole_visit boolean default false
)
returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_bound constant boolean := p_caller.role <> 'service' and not p_are_rules_waived;
begin
  return array_remove(array[
    case when not schnittwerk_core.may_become(
      'appointment', p_appointment.status, 'cancelled', p_appointment.starts_at,
      case p_action when 'cancel'
        then schnittwerk_core.correctable_until(p_appointment, p_caller.override_reason) end
    ) then 'wrong_status' end,
    case when p_appointment.visit_id is not null
      and not p_is_whole_visit and not p_are_rules_waived
      then 'part_of_a_visit' end,
    case when v_is_bound and p_action = 'cancel'
      and schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(p_appointment)
      then 'cancellation_deadline_passed' end,
    case when v_is_bound and p_action in ('reschedule', 'change_service')
      and schnittwerk_core.clock() > schnittwerk_core.reschedule_deadline(p_appointment)
      then 'reschedule_deadline_passed' end,
    case when v_is_bound and p_action = 'reschedule'
      and p_appointment.reschedule_count >= p_appointment.max_reschedules
      then 'reschedule_limit_reached' end
  ], null);
end
$$;

comment on function schnittwerk_core.change_failures(schnittwerk_core.caller, schnittwerk_core.appointments, text, boolean, boolean) is
  'The codes, in order, of the rules that keep a caller from p_action now: cancel, reschedule, or change_service, which is not a move and so not limited. Both the writes and appointment_policies use it. An appointment can be moved if it could be cancelled before its start. p_is_whole_visit: the appointment stands for its visit (earliest_item). The service is bound only by the status and by the visit.';

revoke execute on function schnittwerk_core.change_failures from public;
