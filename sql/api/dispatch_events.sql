create function schnittwerk.dispatch_events(
  p_consumer text, p_targets jsonb, p_limit int default 500, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('dispatch_events', p_salon_id,
  schnittwerk_core.dispatch_events(p_consumer, p_targets, p_limit, p_salon_id)
);

comment on function schnittwerk.dispatch_events(text, jsonb, int, uuid) is
  'Moves a relay past the next events, at most p_limit, and notes for each what is to be delivered to whom; answers {"dispatched": {"events", "deliveries"}}, to be repeated until events is 0. p_consumer: the relay''s name; p_targets: [{"name", "channel": "email"|"sms"|"chat"|"webhook", "events"?: ["appointment.*", …]}], lists of at most 1000, names and patterns of at most 100 characters. Webhooks get every event, the other channels those that customers are told of. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.dispatch_events from public;
grant execute on function schnittwerk.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
