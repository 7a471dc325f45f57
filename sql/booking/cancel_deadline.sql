create function schnittwerk_core.cancel_deadline(p_appointment schnittwerk_core.appointments)
returns timestamptz
language sql
stable
parallel safe
return least(
  (p_appointment).starts_at
    - make_interval(secs => 3600 * (p_appointment).cancellation_deadline_hours::float8),
  (p_appointment).cancellable_until
);

comment on function schnittwerk_core.cancel_deadline(schnittwerk_core.appointments) is
  'Until when (that instant included) the customer may cancel an appointment. Moving it after the deadline does not extend it.';

revoke execute on function schnittwerk_core.cancel_deadline from public;
