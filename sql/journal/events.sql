create view schnittwerk_core.events
with (security_invoker = true) as
select p.*
from schnittwerk_core.published p
join schnittwerk_core.salon_state z on z.salon_id = p.salon_id
where p.occurred_at >= coalesce(z.events_since, '-infinity');

comment on view schnittwerk_core.events is
  'The outbox: what happened, for consumers to read, as far back as retention_events_days keeps it. Names and addresses are not in it.';
comment on column schnittwerk_core.events.salon_id is 'The salon.';
comment on column schnittwerk_core.events.id is 'Identifies the event.';
comment on column schnittwerk_core.events.transaction_id is 'Which transaction wrote it.';
comment on column schnittwerk_core.events.number is 'Rises with every event of a subject; not gapless.';
comment on column schnittwerk_core.events.type is 'The kind of thing and what happened to it, such as appointment.cancelled.';
comment on column schnittwerk_core.events.subject_id is
  'The appointment (also for its fee), hold, waitlist entry, offer, holiday or customer; the salon for its policies.';
comment on column schnittwerk_core.events.version is 'Version of the payload''s format.';
comment on column schnittwerk_core.events.correlation_id is 'Ties the event to the request.';
comment on column schnittwerk_core.events.data is 'The row as it became, without free text; times in UTC.';
comment on column schnittwerk_core.events.occurred_at is 'When it happened.';
