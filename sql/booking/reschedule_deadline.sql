create function schnittwerk_core.reschedule_deadline(p_appointment schnittwerk_core.appointments)
returns timestamptz
language sql
stable
parallel safe
return (p_appointment).starts_at
  - make_interval(secs => 3600 * (p_appointment).reschedule_deadline_hours::float8);

comment on function schnittwerk_core.reschedule_deadline(schnittwerk_core.appointments) is
  'Until when (that instant included) the customer may move an appointment.';

revoke execute on function schnittwerk_core.reschedule_deadline from public;
