create function schnittwerk.list_time_off(
  p_from date, p_to date, p_staff_id uuid default null, p_salon_id uuid default null
)
returns table (
  id uuid,
  staff_id uuid,
  start_date date,
  end_date date,
  start_time text,
  end_time text,
  type text,
  is_approved boolean
)
language sql
stable
begin atomic
  select
    r.id, r.staff_id, r.start_date, r.end_date, r.start_time, r.end_time, r.type,
    r.is_approved
  from schnittwerk_core.list_time_off(p_from, p_to, p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.list_time_off(date, date, uuid, uuid) is
  'Time off that overlaps the local dates from p_from to p_to (at most 1100 days), of one member of staff or all, by start; times HH:MM, null = whole days. For the salon''s people. At most 100000 rows, more is invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_time_off from public;
grant execute on function schnittwerk.list_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
