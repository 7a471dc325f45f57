create function schnittwerk_core.day_loads(
  p_week schnittwerk_core.salon_week,
  p_staff_ids uuid[],
  p_first timestamptz,
  p_last timestamptz,
  p_exclude_ids uuid[]
)
returns schnittwerk_core.day_load[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
as $$
declare
  v_midnights constant timestamptz[] := p_week.midnights[
    width_bucket(p_first, p_week.midnights) : width_bucket(p_last, p_week.midnights) + 1];
  v_days constant int := cardinality(v_midnights) - 1;
  v_time_zone constant text := (
    select s.time_zone from schnittwerk_core.salon s where s.id = p_week.salon_id);
begin
  return array(
    with open as (
      select m.id as staff_id, width_bucket(lower(r.during), v_midnights) as day,
        sum(extract(epoch from upper(r.during) - lower(r.during))) / 60 as minutes
      from unnest(p_staff_ids) i (id)
      join schnittwerk_core.staff m on m.salon_id = p_week.salon_id and m.id = i.id
      left join schnittwerk_core.staff_week k
        on k.salon_id = m.salon_id and k.staff_id = m.id and k.week = p_week.week
        and k.salon_version = p_week.version and k.staff_version = m.calendar_version
      cross join lateral unnest(coalesce(
        k.open, (schnittwerk_core.compute_staff_week(p_week, m.id)).open)) o (during)
      cross join lateral (
        select o.during * tstzrange(d.midnight, v_midnights[d.n + 1]) as during
        from unnest(v_midnights[:v_days]) with ordinality d (midnight, n)
        where o.during && tstzrange(d.midnight, v_midnights[d.n + 1])
      ) r
      group by m.id, 2
    ),
    booked as (
      select i.id as staff_id, width_bucket(a.starts_at, v_midnights) as day,
        sum(extract(epoch from schnittwerk_core.staffed_time(a.starts_at, a.ends_at, a.steps)))
          / 60 as minutes
      from unnest(p_staff_ids) i (id)
      join schnittwerk_core.appointments a
        on a.salon_id = p_week.salon_id and a.staff_id = i.id
        and a.starts_at >= v_midnights[1] and a.starts_at < v_midnights[v_days + 1]
      where schnittwerk_core.is_live(a.status) and a.id <> all (p_exclude_ids)
      group by i.id, 2
    )
    select row(
      o.staff_id, (v_midnights[o.day] at time zone v_time_zone)::date, o.minutes,
      coalesce(b.minutes, 0)
    )::schnittwerk_core.day_load
    from open o
    left join booked b on b.staff_id = o.staff_id and b.day = o.day
  );
end
$$;

comment on function schnittwerk_core.day_loads(schnittwerk_core.salon_week, uuid[], timestamptz, timestamptz, uuid[]) is
  'How booked each of the staff is on each local day from p_first to p_last, in the week: an appointment counts on the day on which it starts; p_exclude_ids do not count. Days without open time have no row.';

revoke execute on function schnittwerk_core.day_loads from public;
