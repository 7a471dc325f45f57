create function schnittwerk_core.change_details(
  p_code text, p_appointment schnittwerk_core.appointments
)
returns text
language sql
stable
return (
  select case p_code
    when 'wrong_status' then schnittwerk_core.status_details(p_appointment, 'cancelled')
    when 'part_of_a_visit' then e.details
    when 'cancellation_deadline_passed'
      then format(e.details, trim_scale((p_appointment).cancellation_deadline_hours))
    when 'reschedule_deadline_passed'
      then format(e.details, trim_scale((p_appointment).reschedule_deadline_hours))
    when 'reschedule_limit_reached' then format(e.details, (p_appointment).max_reschedules)
  end
  from schnittwerk_core.error_code e
  where e.code = p_code
);

comment on function schnittwerk_core.change_details(text, schnittwerk_core.appointments) is
  'The details of a code of change_failures, with the values agreed for the appointment.';

revoke execute on function schnittwerk_core.change_details from public;
