create type schnittwerk_core.way as (
  staff_id uuid,
  duration interval,
  price numeric,
  starts tstzmultirange,
  grid_origins timestamptz[]
);

comment on type schnittwerk_core.way is
  'A way to perform a service: by whom, for how long, at what price, at which possible starts (closed ranges, off the grid too), and where the grid of their slots begins.';

create function schnittwerk_core.ways(
  p_salon_id uuid,
  p_terms schnittwerk_core.service_term[],
  p_week schnittwerk_core.salon_week,
  p_first_start timestamptz,
  p_last_start timestamptz,
  p_exclude_claim_ids uuid[] default '{}'
)
returns setof schnittwerk_core.way
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- Forces one plan, whatever the statistics say: index look-ups for each member of staff.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set enable_material = off
as $$
begin
  return query
  with kind as materialized (
    -- Shared by all who perform the service on the same terms.
    select
      d.duration, d.buffer_before_minutes, d.buffer_after_minutes, d.steps, d.needs,
      claims.froms, claims.untils,
      p_last_start + claims.untils[cardinality(claims.untils)] as last_claim,
      case when d.needs is null then '{(,)}' else schnittwerk_core.pool_starts(
        p_salon_id, d.needs, d.duration, d.buffer_before_minutes, d.buffer_after_minutes,
        p_first_start, p_last_start, p_exclude_claim_ids) end as pool_starts
    from (
      select distinct
        t.duration, t.buffer_before_minutes, t.buffer_after_minutes, t.steps, t.needs
      from unnest(p_terms) t
    ) d
    cross join lateral (
      select
        array_agg(c.claim_from order by c.claim_from) as froms,
        array_agg(c.claim_until order by c.claim_from) as untils
      from schnittwerk_core.staff_claims(
        d.steps, d.duration, d.buffer_before_minutes, d.buffer_after_minutes) c
    ) claims
  )
  select
    performer.staff_id, performer.duration, performer.price,
    -- An appointment that starts at t lies within open time.
    (
      select coalesce(
        range_agg(tstzrange(lower(o.during), upper(o.during) - performer.duration, '[]')), '{}')
      from unnest((performer.week).open * tstzmultirange(
        tstzrange(p_first_start, p_last_start + performer.duration, '[]'))) o (during)
      where upper(o.during) - lower(o.during) >= performer.duration
    ) * performer.pool_starts
    -- A claim [s, e) and a run that claims [t + from, t + until) collide exactly for the starts t
    -- in the open range (s - until, e - from).
    - (
      select coalesce(range_agg(tstzrange(o.starts_at - c.until, o.ends_at - c.since, '()')), '{}')
      from schnittwerk_core.occupancy o
      cross join unnest(performer.froms, performer.untils) c (since, until)
      where o.salon_id = p_salon_id and o.resource_id = performer.staff_id
        and o.ends_at > p_first_start + performer.froms[1]
        and o.ends_at < performer.last_claim + interval '72 hours'
        and o.starts_at < performer.last_claim
        and (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
        and o.claim_id <> all (p_exclude_claim_ids)
    ),
    (performer.week).grid_origins
  from (
    select
      t.staff_id, t.duration, t.price, k.froms, k.untils, k.last_claim, k.pool_starts,
      coalesce(kept, schnittwerk_core.compute_staff_week(p_week, t.staff_id)) as week
    from unnest(p_terms) t
    join kind k
      on (k.duration, k.buffer_before_minutes, k.buffer_after_minutes)
        = (t.duration, t.buffer_before_minutes, t.buffer_after_minutes)
      and k.steps is not distinct from t.steps and k.needs is not distinct from t.needs
    left join schnittwerk_core.staff_week kept
      on kept.salon_id = p_salon_id and kept.staff_id = t.staff_id
      and kept.week = p_week.week and kept.salon_version = p_week.version
      and kept.staff_version = t.calendar_version
    offset 0
  ) performer;
end
$$;

comment on function schnittwerk_core.ways(uuid, schnittwerk_core.service_term[], schnittwerk_core.salon_week, timestamptz, timestamptz, uuid[]) is
  'The ways to perform a service on these terms with starts in a week between p_first_start and p_last_start, steps and needs included. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.ways from public;
