create function schnittwerk_core.wanted_slots(
  p_calendar schnittwerk_core.salon_calendar, p_staff_ids uuid[], p_until timestamptz
)
returns table (staff_id uuid, starts_at timestamptz, service_ids uuid[])
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_salon_id constant uuid := p_calendar.salon_id;
  v_policies constant jsonb := schnittwerk_core.effective_policies(v_salon_id);
  v_most_open constant int := (v_policies ->> 'max_open_bookings_per_customer')::numeric;
  v_last constant timestamptz := least(p_until, p_calendar.latest_start);
  -- Leaves out starts before which nobody could answer in time.
  v_window constant tstzrange := case when p_calendar.earliest_start < v_last
    then tstzrange(p_calendar.earliest_start, v_last, '(]') else 'empty' end;
begin
  return query
  with freed as materialized (
    select
      f.staff_id, f.during * v_window as during,
      case when not f.is_on_grid then lower(f.during) end as own_start
    from schnittwerk_core.freed_time f
    where f.salon_id = v_salon_id and f.staff_id = any (p_staff_ids) and f.during && v_window
  ),
  staff_week as materialized (
    select
      d.staff_id, d.week,
      coalesce(k.open, (c.week).open) as open,
      coalesce(k.grid_origins, (c.week).grid_origins) as grid_origins
    from (
      select distinct f.staff_id, w.monday::date as week
      from freed f
      cross join lateral generate_series(
        schnittwerk_core.week_of((lower(f.during) at time zone p_calendar.time_zone)::date),
        (upper(f.during) at time zone p_calendar.time_zone)::date,
        interval '7 days'
      ) w (monday)
    ) d
    join schnittwerk_core.staff m on m.salon_id = v_salon_id and m.id = d.staff_id
    join schnittwerk_core.salon_state z on z.salon_id = v_salon_id
    left join schnittwerk_core.salon_week w
      on w.salon_id = v_salon_id and w.week = d.week and w.version = z.calendar_version
      and schnittwerk_core.clocks_agree(p_calendar.time_zone, w.offset_bounds, w.clocks)
    left join schnittwerk_core.staff_week k
      on k.salon_id = v_salon_id and k.staff_id = d.staff_id and k.week = w.week
      and k.salon_version = w.version and k.staff_version = m.calendar_version
    cross join lateral (
      select case when k.salon_id is null then schnittwerk_core.compute_staff_week(
        schnittwerk_core.compute_salon_week(v_salon_id, d.week), d.staff_id) end as week
      offset 0
    ) c
  ),
  taken as materialized (
    select o.resource_id as staff_id, range_agg(o.during) as taken
    from schnittwerk_core.occupancy o
    where o.salon_id = v_salon_id and o.resource_id = any (p_staff_ids) and o.during && v_window
      and (o.expires_at is null or o.expires_at > p_calendar.read_at)
    group by o.resource_id
  ),
  start as materialized (
    select s.staff_id, s.starts_at, s.local_start, s.is_own, k.open
    from (
      select s.staff_id, s.starts_at, bool_or(s.is_own) as is_own,
        s.starts_at at time zone p_calendar.time_zone as local_start
      from (
        select f.staff_id, f.own_start as starts_at, true as is_own
        from freed f
        where v_window @> f.own_start
        union all
        select f.staff_id, g.starts_at, false
        from freed f
        join staff_week k on k.staff_id = f.staff_id
        cross join lateral unnest(k.grid_origins) with ordinality o (origin, n)
        cross join lateral (
          select generate_series(
            date_bin(
              d.step, greatest(lower(f.during), o.origin) + d.step - interval '1 microsecond',
              o.origin),
            least(
              upper(f.during) - interval '1 microsecond',
              k.grid_origins[o.n + 1] - interval '1 microsecond'),
            d.step
          ) as starts_at
          from (
            select make_interval(mins => p_calendar.slot_interval_minutes) as step
          ) d
        ) g
        where f.during @> g.starts_at
      ) s
      group by s.staff_id, s.starts_at
    ) s
    join staff_week k
      on k.staff_id = s.staff_id and k.week = schnittwerk_core.week_of(s.local_start::date)
      and k.open @> s.starts_at
    left join taken t on t.staff_id = s.staff_id
    where (t.taken @> s.starts_at) is not true
  ),
  waiting as materialized (
    select w.service_id, w.staff_id, w.preferred_start_date, w.preferred_end_date,
      w.preferred_days, w.preferred_times
    from schnittwerk_core.waitlist w
    where w.salon_id = v_salon_id and w.status = 'active'
      and w.preferred_start_date <= (select max(s.local_start)::date from start s)
      and w.preferred_end_date >= (select min(s.local_start)::date from start s)
      and (
        v_most_open = 0
        or schnittwerk_core.open_bookings(v_salon_id, w.customer_id) < v_most_open
      )
  ),
  -- The wishes for each date. Many entries have the same wish, and there are far fewer dates than
  -- starts to compare with each entry.
  wish as materialized (
    select distinct w.service_id, w.staff_id, d.date, t.time
    from (select distinct s.local_start::date as date from start s) d
    join waiting w
      on d.date between w.preferred_start_date and w.preferred_end_date
      and coalesce(extract(dow from d.date)::int = any (w.preferred_days), true)
    left join lateral unnest(w.preferred_times) t (time) on true
  ),
  terms as materialized (
    select
      v.service_id, t.staff_id, t.duration,
      t.buffer_before_minutes, t.buffer_after_minutes, t.steps, t.needs
    from (select distinct w.service_id from wish w) v
    cross join lateral schnittwerk_core.service_terms(
      v_salon_id, v.service_id, p_staff_ids, v_policies, p_calendar.buffer_time_minutes
    ) t
    where t.is_offered
  )
  select s.staff_id, s.starts_at, array_agg(distinct s.service_id)
  from (
    select distinct s.staff_id, s.starts_at, s.is_own, s.open, w.service_id
    from start s
    join wish w
      on w.date = s.local_start::date
      and coalesce(w.time = s.local_start::time, true)
      and coalesce(w.staff_id = s.staff_id, true)
  ) s
  join terms t on t.service_id = s.service_id and t.staff_id = s.staff_id
  where s.open @> tstzrange(s.starts_at, s.starts_at + t.duration)
    and schnittwerk_core.is_free(
      v_salon_id, s.staff_id, s.starts_at, s.starts_at + t.duration, t.buffer_before_minutes,
      t.buffer_after_minutes, t.steps, t.needs)
  group by s.staff_id, s.starts_at, s.is_own
  order by s.is_own desc, s.starts_at, s.staff_id;
end
$$;

comment on function schnittwerk_core.wanted_slots(schnittwerk_core.salon_calendar, uuid[], timestamptz) is
  'The free starts up to p_until in the freed time of the given staff for which an entry waits, with the services, in the order to offer them: first the start of a freed appointment, then starts of the grid, by time. The caller chooses the entry and judges the rules.';

revoke execute on function schnittwerk_core.wanted_slots from public;
