create function schnittwerk.list_deliveries(
  p_status text default null, p_limit int default 100, p_salon_id uuid default null
)
returns table (
  id uuid,
  event_id uuid,
  event_type text,
  subject_id uuid,
  target text,
  channel text,
  status text,
  reason text,
  attempts int,
  next_attempt_at timestamptz,
  last_error text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.event_id, r.event_type, r.subject_id, r.target, r.channel, r.status, r.reason,
    r.attempts, r.next_attempt_at, r.last_error, r.created_at
  from schnittwerk_core.list_deliveries(p_status, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_deliveries(text, int, uuid) is
  'Deliveries of the relay, the newest first, at most p_limit (1 to 10000). p_status: pending, delivered, parked or skipped, null = all. For the service. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_deliveries from public;
grant execute on function schnittwerk.list_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
