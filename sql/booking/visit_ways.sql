create type schnittwerk_core.visit_way as (
  item int, person int, duration interval, starts tstzmultirange, grid_origins timestamptz[]
);

comment on type schnittwerk_core.visit_way is
  'When a person can begin an item of a visit, as closed ranges, and where their grid starts counting.';

create function schnittwerk_core.visit_ways(
  p_salon_id uuid,
  p_terms schnittwerk_core.visit_term[],
  p_weeks schnittwerk_core.salon_week[],
  p_first timestamptz,
  p_last timestamptz,
  p_exclude_claim_ids uuid[]
)
returns schnittwerk_core.visit_way[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- One plan, whatever is known of the tables: from index to index, for each of the staff.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set enable_material = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  v_mondays constant date[] := array(select w.week from unnest(p_weeks) w order by w.week);
  v_versions constant bigint[] := array(select w.version from unnest(p_weeks) w order by w.week);
  v_pools constant schnittwerk_core.pool_start[] := array(
    select row(
      t.needs, t.duration, t.buffer_before_minutes, t.buffer_after_minutes,
      schnittwerk_core.pool_starts(
        p_salon_id, t.needs, t.duration, t.buffer_before_minutes, t.buffer_after_minutes,
        p_first, p_last, p_exclude_claim_ids)
    )::schnittwerk_core.pool_start
    from (
      select distinct t.needs, t.duration, t.buffer_before_minutes, t.buffer_after_minutes
      from unnest(p_terms) t
      where t.needs is not null
    ) t
  );
begin
  return array(
    select row(t.item, t.person, t.duration, s.starts, c.grid_origins)
      ::schnittwerk_core.visit_way
    from unnest(p_terms) t
    cross join lateral (
      select
        range_agg((k.week).open) as open,
        min((k.week).grid_origins) filter (where k.n = 1) as grid_origins
      from (
        select
          m.n,
          coalesce(
            kept, schnittwerk_core.compute_staff_week(p_weeks[m.n], t.staff_id)) as week
        from unnest(v_mondays, v_versions) with ordinality m (week, version, n)
        left join schnittwerk_core.staff_week kept
          on kept.salon_id = p_salon_id and kept.staff_id = t.staff_id and kept.week = m.week
          and kept.salon_version = m.version and kept.staff_version = t.calendar_version
        offset 0
      ) k
    ) c
    cross join lateral (
      select range_agg(tstzrange(lower(o.during), upper(o.during) - t.duration, '[]')) as starts
      from unnest(c.open) o (during)
      where upper(o.during) - lower(o.during) >= t.duration
        and lower(o.during) <= p_last and upper(o.during) > p_first
      offset 0
    ) o
    -- The rule of possible_starts, inline: it is the greater part of what listing visits costs.
    cross join lateral (
      select coalesce(range_agg(
        tstzrange(o.starts_at - r.claim_until, o.ends_at - r.claim_from, '()')), '{}') as starts
      from schnittwerk_core.occupancy o
      cross join unnest(t.claims_from, t.claims_until) r (claim_from, claim_until)
      where o.salon_id = p_salon_id and o.resource_id = t.staff_id
        and o.ends_at > p_first - make_interval(mins => t.buffer_before_minutes)
        and o.ends_at < p_last + t.duration
          + make_interval(mins => t.buffer_after_minutes, hours => 72)
        and o.starts_at < p_last + t.duration + make_interval(mins => t.buffer_after_minutes)
        and (o.expires_at is null or o.expires_at > v_now)
        and o.claim_id <> all (p_exclude_claim_ids)
      offset 0
    ) f
    cross join lateral (
      select o.starts * case when t.needs is null then '{(,)}' else (
        select p.starts
        from unnest(v_pools) p
        where (p.needs, p.duration, p.buffer_before_minutes, p.buffer_after_minutes)
          = (t.needs, t.duration, t.buffer_before_minutes, t.buffer_after_minutes)
      ) end - f.starts as starts
      offset 0
    ) s
    where not isempty(s.starts)
  );
end
$$;

comment on function schnittwerk_core.visit_ways(uuid, schnittwerk_core.visit_term[], schnittwerk_core.salon_week[], timestamptz, timestamptz, uuid[]) is
  'When everybody can begin each item of a visit on their terms, at least between p_first and p_last: in open time, with units free, and where nothing but the claims p_exclude_claim_ids is in the way. p_weeks: those that they lie in, in order; grids are those of the first.';

revoke execute on function schnittwerk_core.visit_ways from public;
