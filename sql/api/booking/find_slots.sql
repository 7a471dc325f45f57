create function schnittwerk.find_slots(
  p_service_id uuid,
  p_from date,
  p_to date default null,
  p_staff_id uuid default null,
  p_slot_interval_minutes int default null,
  p_limit int default null,
  p_salon_id uuid default null
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric
)
language sql
stable
begin atomic
  select f.staff_id, f.starts_at, f.ends_at, f.duration_minutes, f.is_preferred, f.price
  from schnittwerk_core.find_slots(
    p_service_id, p_from, p_to, p_staff_id, p_slot_interval_minutes, p_limit, p_salon_id
  ) f;
end;

comment on function schnittwerk.find_slots(uuid, date, date, uuid, int, int, uuid) is
  'Free slots of a service, by start, then staff id: one row per member of staff and start, each with their own duration and price. p_from, p_to: local dates, p_to null = p_from, at most 92 days; p_staff_id null = everyone who performs the service; p_slot_interval_minutes 1 to 1440, null = the salon''s; p_limit: rows, 1 finds the first free slot without computing the rest; at most 100000 rows, more is invalid_input. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.find_slots from public;
grant execute on function schnittwerk.find_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
