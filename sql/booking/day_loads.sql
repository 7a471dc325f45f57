create function schnittwerk_core.day_loads(
  p_weeks schnittwerk_core.salon_week[],
  p_staff_ids uuid[],
  p_during tstzmultirange,
  p_exclude_ids uuid[]
)
returns schnittwerk_core.staff_loads
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_hashjoin = on
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
as $$
declare
  v_salon_id constant uuid := p_weeks[1].salon_id;
  v_midnights timestamptz[];
  v_dates date[];
  v_loads schnittwerk_core.staff_loads;
begin
  -- The local days from the first to the last that is asked for, and the end of the last.
  select
    array_agg(d.midnight order by d.midnight) || max(d.next_midnight),
    array_agg(d.day order by d.midnight)
  into v_midnights, v_dates
  from unnest(p_weeks) w
  join schnittwerk_core.salon s on s.id = v_salon_id
  cross join lateral (
    select
      m.midnight, lead(m.midnight) over (order by m.midnight) as next_midnight,
      (m.midnight at time zone s.time_zone)::date as day
    from unnest(w.midnights) m (midnight)
  ) d
  where d.day between w.week and w.week + 6
    and d.midnight <= upper(p_during) and d.next_midnight > lower(p_during);
  with open as (
    select m.id as staff_id, w.week + d.n::int - 1 as day, d.minutes
    from unnest(p_staff_ids) i (id)
    join schnittwerk_core.staff m on m.salon_id = v_salon_id and m.id = i.id
    cross join unnest(p_weeks) w
    left join schnittwerk_core.staff_week k
      on k.salon_id = m.salon_id and k.staff_id = m.id and k.week = w.week
      and k.salon_version = w.version and k.staff_version = m.calendar_version
    cross join lateral unnest(coalesce(
      k.open_minutes, (schnittwerk_core.compute_staff_week(w, m.id)).open_minutes
    )) with ordinality d (minutes, n)
    where d.minutes > 0
  ),
  booked as (
    select
      i.id as staff_id, v_dates[width_bucket(a.starts_at, v_midnights)] as day,
      sum(schnittwerk_core.staffed_time(a.starts_at, a.ends_at, a.steps)) as time
    from unnest(p_staff_ids) i (id)
    join schnittwerk_core.appointments a
      on a.salon_id = v_salon_id and a.staff_id = i.id
      and a.starts_at >= v_midnights[1]
      and a.starts_at < v_midnights[cardinality(v_midnights)]
    where schnittwerk_core.is_live(a.status) and a.id <> all (p_exclude_ids)
    group by 1, 2
  )
  select
    array_agg(o.staff_id), array_agg(o.day),
    array_agg(coalesce(extract(epoch from b.time)::float8 / 60 * 100 / o.minutes, 0))
  into v_loads
  from open o
  left join booked b on b.staff_id = o.staff_id and b.day = o.day
  where o.day = any (v_dates);
  return v_loads;
end
$$;

comment on function schnittwerk_core.day_loads(schnittwerk_core.salon_week[], uuid[], tstzmultirange, uuid[]) is
  'How full the local days of each member of staff are, from the first day of p_during to the last. An appointment counts on the day on which it starts; p_exclude_ids do not count. Days without open time are left out.';

revoke execute on function schnittwerk_core.day_loads from public;
