create function schnittwerk_core.status_details(p_appointment schnittwerk_core.appointments)
returns text
language sql
stable
return case
  when (p_appointment).status in ('pending', 'confirmed')
    and (p_appointment).starts_at <= schnittwerk_core.clock()
    then 'The appointment has begun'
  else 'The appointment is ' || replace((p_appointment).status, '_', ' ')
end;

comment on function schnittwerk_core.status_details(schnittwerk_core.appointments) is
  'The details of wrong_status: what stands in the way of a change.';

revoke execute on function schnittwerk_core.status_details from public;
