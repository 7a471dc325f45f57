create function schnittwerk_core.status_details(
  p_appointment schnittwerk_core.appointments, p_to_status text
)
returns text
language sql
stable
return 'The appointment ' || case
  when schnittwerk_core.may_become(
    'appointment', (p_appointment).status, p_to_status, 'infinity') then 'has begun'
  when schnittwerk_core.may_become(
    'appointment', (p_appointment).status, p_to_status, '-infinity') then 'has not begun'
  else 'is ' || replace((p_appointment).status, '_', ' ')
end;

comment on function schnittwerk_core.status_details(schnittwerk_core.appointments, text) is
  'The details of wrong_status: why an appointment cannot get another status now.';

revoke execute on function schnittwerk_core.status_details from public;
