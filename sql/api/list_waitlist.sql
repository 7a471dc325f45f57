create function schnittwerk.list_waitlist(
  p_status text default null,
  p_service_id uuid default null,
  p_from date default null,
  p_to date default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  service_id uuid,
  service_name text,
  staff_id uuid,
  preferred_start_date date,
  preferred_end_date date,
  preferred_times text[],
  preferred_days int[],
  priority int,
  status text,
  notes text,
  created_at timestamptz,
  offered_staff_id uuid,
  offered_starts_at timestamptz,
  offered_ends_at timestamptz,
  offered_price numeric,
  offer_expires_at timestamptz
)
language sql
stable
begin atomic
  select * from schnittwerk_core.list_waitlist(p_status, p_service_id, p_from, p_to, p_salon_id);
end;

comment on function schnittwerk.list_waitlist(text, uuid, date, date, uuid) is
  'The waitlist, best first: by priority, then who waits longest. p_status: active, notified (an offer is open), booked, cancelled or expired; p_from, p_to: entries that want any local date between; null = all. offered_ columns: the open offer, held until offer_expires_at. Customers see their own entries. At most 100000 rows, more is invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_waitlist from public;
grant execute on function schnittwerk.list_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
