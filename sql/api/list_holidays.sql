create function schnittwerk.list_holidays(p_from date, p_to date, p_salon_id uuid default null)
returns table (
  id uuid,
  date date,
  name text,
  type text,
  description text,
  is_recurring boolean,
  affects_all_staff boolean,
  staff_ids uuid[]
)
language sql
stable
begin atomic
  select
    r.id, r.date, r.name, r.type, r.description, r.is_recurring, r.affects_all_staff,
    r.staff_ids
  from schnittwerk_core.list_holidays(p_from, p_to, p_salon_id) r;
end;

comment on function schnittwerk.list_holidays(date, date, uuid) is
  'One row per holiday and local date from p_from to p_to (at most 1100 days), recurring ones and ranges expanded, by date and name; staff_ids: for whom one that does not affect all staff closes. At most 100000 rows, more is invalid_input. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_holidays from public;
grant execute on function schnittwerk.list_holidays
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
