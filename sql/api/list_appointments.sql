create function schnittwerk.list_appointments(
  p_from timestamptz,
  p_to timestamptz,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_status text default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  reschedule_count int,
  notes text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.customer_id, r.customer_name, r.staff_id, r.staff_name, r.service_id,
    r.service_name, r.starts_at, r.ends_at, r.status, r.price, r.reschedule_count, r.notes,
    r.created_at
  from schnittwerk_core.list_appointments(
    p_from, p_to, p_staff_id, p_customer_id, p_status, p_salon_id
  ) r;
end;

comment on function schnittwerk.list_appointments(timestamptz, timestamptz, uuid, uuid, text, uuid) is
  'Appointments that overlap [p_from, p_to), at most 400 days, by start: all of the salon for its people, a customer''s own for them; of one member of staff, customer or status (pending, confirmed, completed, cancelled, no_show) where given. Price in the salon''s currency. At most 100000 rows, more is invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_appointments from public;
grant execute on function schnittwerk.list_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
