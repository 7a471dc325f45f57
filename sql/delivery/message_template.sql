create function schnittwerk_core.message_template(p_event_type text)
returns text
language sql
immutable
parallel safe
return case p_event_type
  when 'appointment.created' then 'confirmation'
  when 'appointment.confirmed' then 'confirmation'
  when 'appointment.rescheduled' then 'reschedule'
  when 'appointment.cancelled' then 'cancellation'
  when 'appointment.reminder_due' then 'reminder'
  when 'waitlist_offer.made' then 'waitlist_offer'
end;

comment on function schnittwerk_core.message_template(text) is
  'The message that a customer gets about an event; null for events without a message.';

revoke execute on function schnittwerk_core.message_template from public;
