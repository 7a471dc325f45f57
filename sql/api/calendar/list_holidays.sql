create function schnittwerk_core.list_holidays(p_from date, p_to date, p_salon_id uuid)
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
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.date_range_faults(p_from, p_to, 1100));
  return query
  select
    h.id, d.date, h.name, h.type, h.description, h.is_recurring, h.affects_all_staff,
    array(
      select l.staff_id
      from schnittwerk_core.holiday_staff l
      where l.salon_id = h.salon_id and l.holiday_id = h.id
      order by l.staff_id
    )
  from schnittwerk_core.holiday_dates(v_caller.salon_id, p_from, p_to) d
  join schnittwerk_core.holidays h on h.salon_id = v_caller.salon_id and h.id = d.holiday_id
  order by d.date, schnittwerk_core.sort_key(h.name), h.name, h.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.rows_fault('p_to', v_count, 'take a p_to closer to p_from'));
end
$$;

comment on function schnittwerk_core.list_holidays(date, date, uuid) is
  'Engine of schnittwerk.list_holidays.';

revoke execute on function schnittwerk_core.list_holidays from public;
grant execute on function schnittwerk_core.list_holidays
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

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
  'One row per holiday and local date, by date and name. Recurring holidays and holidays of several days appear on each of their dates. staff_ids are the staff for whom a holiday closes if it does not affect all. More than 100000 rows are invalid_input. p_from, p_to: local dates, both included, at most 1100 days. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_holidays from public;
grant execute on function schnittwerk.list_holidays
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
