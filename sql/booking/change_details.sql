create function schnittwerk_core.change_details(
  p_code text, p_appointment schnittwerk_core.appointments
)
returns text
language sql
stable
return case
  when p_code <> 'wrong_status' then (
    select format(e.details, case p_code
      when 'cancellation_deadline_passed'
        then trim_scale((p_appointment).cancellation_deadline_hours)::text
      when 'reschedule_deadline_passed'
        then trim_scale((p_appointment).reschedule_deadline_hours)::text
      when 'reschedule_limit_reached' then (p_appointment).max_reschedules::text
    end)
    from schnittwerk_core.error_code e
    where e.code = p_code
  )
  when (p_appointment).status in ('pending', 'confirmed')
    and (p_appointment).starts_at <= schnittwerk_core.clock()
    then 'The appointment has begun'
  else 'The appointment is ' || replace((p_appointment).status, '_', ' ')
end;

comment on function schnittwerk_core.change_details(text, schnittwerk_core.appointments) is
  'The wording of a code of change_failures, with the values agreed for the appointment.';

revoke execute on function schnittwerk_core.change_details from public;
