create function schnittwerk_core.free_stretches(
  p_salon_id uuid, p_staff_ids uuid[], p_first timestamptz, p_last timestamptz
)
returns table (
  staff_id uuid,
  n int,
  starts_at timestamptz,
  ends_at timestamptz,
  follows_claim boolean,
  precedes_claim boolean
)
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  return query
  with week as materialized (
    select w.*
    from schnittwerk_core.salon s
    cross join lateral generate_series(
      schnittwerk_core.week_of((p_first at time zone s.time_zone)::date),
      (p_last at time zone s.time_zone)::date, interval '7 days'
    ) d (monday)
    cross join lateral schnittwerk_core.current_salon_week(s.id, d.monday::date) w
    where s.id = p_salon_id
  ),
  -- A range that crosses into the next week is in both.
  open as materialized (
    select m.id as staff_id, tstzmultirange(tstzrange(v_now, null)) * range_agg(coalesce(
      k.open, (schnittwerk_core.compute_staff_week(w, m.id)).open)) as open
    from unnest(p_staff_ids) i (id)
    join schnittwerk_core.staff m on m.salon_id = p_salon_id and m.id = i.id
    cross join week w
    left join schnittwerk_core.staff_week k
      on k.salon_id = p_salon_id and k.staff_id = m.id and k.week = w.week
      and k.salon_version = w.version and k.staff_version = m.calendar_version
    group by m.id
  ),
  free as materialized (
    select
      o.staff_id,
      array(select lower(u.during) from unnest(o.open) u (during)) as opens_at,
      array(select upper(u.during) from unnest(o.open) u (during)) as closes_at,
      o.open - (
        select coalesce(range_agg(tstzrange(c.starts_at, c.ends_at)), '{}')
        from schnittwerk_core.occupancy c
        where c.salon_id = p_salon_id and c.resource_id = o.staff_id
          and c.ends_at > lower(o.open) and c.ends_at < upper(o.open) + interval '72 hours'
          and c.starts_at < upper(o.open)
          and (c.expires_at is null or c.expires_at > v_now)
      ) as free
    from open o
  )
  select
    f.staff_id, u.n::int, lower(u.during), upper(u.during),
    lower(u.during) <> f.opens_at[r.n], upper(u.during) <> f.closes_at[r.n]
  from free f
  cross join lateral unnest(f.free) with ordinality u (during, n)
  cross join lateral (select width_bucket(lower(u.during), f.opens_at) as n offset 0) r;
end
$$;

comment on function schnittwerk_core.free_stretches(uuid, uuid[], timestamptz, timestamptz) is
  'The stretches of open time from now on that nothing claims, for each member of staff, numbered by time, in the weeks from p_first to p_last. follows_claim, precedes_claim: whether the stretch starts at the end of a claim, or ends at the start of one; otherwise open time starts or ends there.';

revoke execute on function schnittwerk_core.free_stretches from public;
