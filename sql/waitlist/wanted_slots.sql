create function schnittwerk_core.wanted_slots(
  p_calendar schnittwerk_core.salon_calendar, p_staff_ids uuid[], p_until timestamptz
)
returns table (
  entry_id uuid,
  service_id uuid,
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_last constant timestamptz := least(p_until, p_calendar.latest_start);
  -- a start that leaves no time to answer is not offered
  v_window constant tstzrange := case when p_calendar.earliest_start < v_last
    then tstzrange(p_calendar.earliest_start, v_last, '(]') else 'empty' end;
begin
  return query
  with freed as (
    select
      f.staff_id, f.is_on_grid,
      range_agg(case when f.is_on_grid then f.during
        else tstzrange(lower(f.during), lower(f.during), '[]') end)
        * tstzmultirange(v_window) as starts_within
    from schnittwerk_core.freed_time f
    where f.salon_id = p_calendar.salon_id and f.staff_id = any (p_staff_ids)
      and f.during && v_window
    group by f.staff_id, f.is_on_grid
  ),
  slot as (
    select v.service_id, s.staff_id, s.starts_at, s.ends_at
    from (
      select
        f.staff_id, f.starts_within,
        (lower(f.starts_within) at time zone p_calendar.time_zone)::date as first_date,
        (upper(f.starts_within) at time zone p_calendar.time_zone)::date as last_date
      from freed f
      where f.is_on_grid and not isempty(f.starts_within)
    ) g
    -- month by month: a search finds most_rows() at most, and one a minute are 44640
    cross join lateral generate_series(0, g.last_date - g.first_date, 31) d (n)
    cross join (
      select distinct w.service_id from schnittwerk_core.waiting_entries(p_calendar.salon_id) w
    ) v
    cross join lateral schnittwerk_core.find_slots(
      v.service_id, g.first_date + d.n, least(g.first_date + d.n + 30, g.last_date),
      g.staff_id, null, null, null, p_calendar.salon_id
    ) s
    where g.starts_within @> s.starts_at
    union
    select
      w.service_id, t.staff_id, s.starts_at,
      s.starts_at + make_interval(mins => t.duration_minutes)
    from freed f
    cross join lateral unnest(f.starts_within) r (own_start)
    cross join lateral (select lower(r.own_start) as starts_at) s
    cross join lateral (
      select distinct w.service_id
      from schnittwerk_core.waiting_entries(p_calendar.salon_id) w
      where schnittwerk_core.waits_for(w, f.staff_id, s.starts_at, p_calendar.time_zone)
    ) w
    cross join lateral schnittwerk_core.service_terms(
      p_calendar.salon_id, w.service_id, array[f.staff_id], p_calendar.policies,
      p_calendar.buffer_time_minutes
    ) t
    where not f.is_on_grid and t.is_offered
  )
  select w.id, s.service_id, s.staff_id, s.starts_at, s.ends_at
  from slot s
  join schnittwerk_core.waiting_entries(p_calendar.salon_id) w
    on w.service_id = s.service_id
    and schnittwerk_core.waits_for(w, s.staff_id, s.starts_at, p_calendar.time_zone)
  where not exists (
    select from schnittwerk_core.waitlist_offer o
    where o.salon_id = w.salon_id and o.entry_id = w.id
      and o.staff_id = s.staff_id and o.starts_at = s.starts_at
  )
  order by s.starts_at, w.priority desc, w.created_at, w.id, s.staff_id;
end
$$;

comment on function schnittwerk_core.wanted_slots(schnittwerk_core.salon_calendar, uuid[], timestamptz) is
  'Which starts until p_until of the freed time of the staff given are whose wish, in the order in which they are to be offered: earliest start, then priority, then who waits longest, then id; never what the entry was offered before. Whether a start can be booked is yet to be judged.';

revoke execute on function schnittwerk_core.wanted_slots from public;
