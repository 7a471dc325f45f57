create function schnittwerk_core.free_stretches(
  p_salon_id uuid, p_staff_ids uuid[], p_first timestamptz, p_last timestamptz
)
returns table (
  staff_id uuid,
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
    select m.id as staff_id, range_agg(coalesce(
      k.open, (schnittwerk_core.compute_staff_week(w, m.id)).open)) as open
    from unnest(p_staff_ids) i (id)
    join schnittwerk_core.staff m on m.salon_id = p_salon_id and m.id = i.id
    cross join week w
    left join schnittwerk_core.staff_week k
      on k.salon_id = p_salon_id and k.staff_id = m.id and k.week = w.week
      and k.salon_version = w.version and k.staff_version = m.calendar_version
    group by m.id
  )
  select
    r.staff_id, lower(f.during), upper(f.during), lower(f.during) > r.starts_at,
    upper(f.during) < r.ends_at
  from (
    select o.staff_id, greatest(lower(u.during), v_now) as starts_at, upper(u.during) as ends_at
    from open o
    cross join lateral unnest(o.open) u (during)
    where upper(u.during) > greatest(p_first, v_now) and lower(u.during) <= p_last
  ) r
  cross join lateral unnest(tstzmultirange(tstzrange(r.starts_at, r.ends_at)) - (
    select coalesce(range_agg(tstzrange(c.starts_at, c.ends_at)), '{}')
    from schnittwerk_core.occupancy c
    where c.salon_id = p_salon_id and c.resource_id = r.staff_id
      and c.ends_at > r.starts_at and c.ends_at < r.ends_at + interval '72 hours'
      and c.starts_at < r.ends_at
      and (c.expires_at is null or c.expires_at > v_now)
  )) f (during);
end
$$;

comment on function schnittwerk_core.free_stretches(uuid, uuid[], timestamptz, timestamptz) is
  'The stretches of open time from now on that nothing claims, of each of the staff, whole, as far as their open time touches p_first to p_last. follows_claim, precedes_claim: whether a claim ends where it starts, or begins where it ends; else it ends with open time.';

revoke execute on function schnittwerk_core.free_stretches from public;
