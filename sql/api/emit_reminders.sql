create function schnittwerk.emit_reminders(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('emit_reminders', p_salon_id,
  schnittwerk_core.emit_reminders(p_salon_id)
);

comment on function schnittwerk.emit_reminders(uuid) is
  'Writes an event appointment.reminder_due for every pending or confirmed appointment that starts within the policy reminder_hours, once for an appointment and start, and answers {"reminders"}: how many. None for those booked or moved later than their reminder would have come, and none at all where the policy is 0. To be called often; a relay does. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.emit_reminders from public;
grant execute on function schnittwerk.emit_reminders
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
