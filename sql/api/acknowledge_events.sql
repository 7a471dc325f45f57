create function schnittwerk.acknowledge_events(
  p_consumer text, p_event_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('acknowledge_events', p_salon_id,
  schnittwerk_core.acknowledge_events(p_consumer, p_event_id, p_salon_id)
);

comment on function schnittwerk.acknowledge_events(text, uuid, uuid) is
  'Moves the consumer past an event that it has read, and past all that came before it, and answers {"is_acknowledged"}: false where it was past it already, or has not read it yet. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.acknowledge_events from public;
grant execute on function schnittwerk.acknowledge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
