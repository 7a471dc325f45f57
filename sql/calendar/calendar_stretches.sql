-- The instants come from the functions that open time is made of; only the names are looked up here.
create function schnittwerk_core.calendar_stretches(
  p_salon_id uuid,
  p_date date,
  p_offsets schnittwerk_core.zone_offset[],
  p_open_times schnittwerk_core.open_time[]
)
returns table (staff_id uuid, precedence int, kind text, label text, during tstzrange)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  return query
  with midnight_to_midnight as materialized (
    select schnittwerk_core.local_range(p_date, p_date + 1, z) as during, z as zone_offset
    from unnest(p_offsets) z
    where not isempty(schnittwerk_core.local_range(p_date, p_date + 1, z))
  ),
  team as materialized (
    select
      o.staff_id, o.opening,
      case when m.is_active then (o.opening - o.closed) * o.working else '{}' end as open
    from unnest(p_open_times) o
    join schnittwerk_core.staff m on m.salon_id = p_salon_id and m.id = o.staff_id
  )
  select t.staff_id, 5, 'holiday', h.name, d.during
  from schnittwerk_core.holiday_dates(p_salon_id, p_date, p_date) n
  join schnittwerk_core.holidays h on h.salon_id = p_salon_id and h.id = n.holiday_id
  cross join team t
  cross join midnight_to_midnight d
  where n.affects_all_staff or exists (
    select from schnittwerk_core.holiday_staff l
    where l.salon_id = p_salon_id and l.holiday_id = n.holiday_id and l.staff_id = t.staff_id
  )
  union all
  select t.staff_id, 6, 'off', f.type, schnittwerk_core.time_off_range(f, d.zone_offset)
  from team t
  join schnittwerk_core.staff_timeoff f on f.salon_id = p_salon_id and f.staff_id = t.staff_id
  cross join midnight_to_midnight d
  where f.is_approved and f.start_date <= p_date and f.end_date >= p_date
  union all
  select t.staff_id, 7, 'open', null, u.during
  from team t
  cross join lateral unnest(t.open) u (during)
  union all
  select t.staff_id, 8, 'break', null, range_merge(t.open)
  from team t
  where not isempty(t.open)
  union all
  select t.staff_id, 9, 'off', null, u.during
  from team t
  cross join lateral unnest(t.opening) u (during)
  union all
  select t.staff_id, 10, 'closed', null, d.during
  from team t
  cross join midnight_to_midnight d;
end
$$;

comment on function schnittwerk_core.calendar_stretches(uuid, date, schnittwerk_core.zone_offset[], schnittwerk_core.open_time[]) is
  'What the calendar makes of a local date for each of the staff whose open time is given: holiday and its name, off and its type, open, break, off, closed. They overlap: the one of lowest precedence holds. closed covers the day.';

revoke execute on function schnittwerk_core.calendar_stretches from public;
