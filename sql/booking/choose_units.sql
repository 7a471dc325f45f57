create function schnittwerk_core.choose_units(
  p_salon_id uuid,
  p_needs schnittwerk_core.need[],
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_exclude_claim_ids uuid[] default '{}',
  p_preferred_ids uuid[] default '{}',
  p_excluded_ids uuid[] default '{}'
)
returns schnittwerk_core.unit_use[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  return array(
    select row(d.pool, u.id, d.from_minute, d.to_minute)::schnittwerk_core.unit_use
    from unnest(p_needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
    cross join lateral (
      select schnittwerk_core.unit_claim(
        p_starts_at, p_ends_at, p_before_minutes, p_after_minutes, d.from_minute, d.to_minute
      ) as during
      offset 0
    ) c
    cross join generate_series(1, d.quantity) q (n)
    left join lateral (
      select u.id, row_number() over (order by u.id <> all (p_preferred_ids), u.id) as n
      from schnittwerk_core.unit u
      where u.salon_id = p_salon_id and u.pool = d.pool and u.is_active
        and u.id <> all (p_excluded_ids)
        and not exists (
          select from schnittwerk_core.occupancy o
          where o.salon_id = p_salon_id and o.resource_id = u.id and o.during && c.during
            and (o.expires_at is null or o.expires_at > v_now)
            and o.claim_id <> all (p_exclude_claim_ids)
        )
        and not schnittwerk_core.closed_unit_time(
          p_salon_id, u.id, lower(c.during), upper(c.during)) && c.during
    ) u on u.n = q.n
    order by d.n, q.n
  );
end
$$;

comment on function schnittwerk_core.choose_units(uuid, schnittwerk_core.need[], timestamptz, timestamptz, int, int, uuid[], uuid[], uuid[]) is
  'The free units that an appointment would use, for each need p_preferred_ids first, then by id. If a pool has too few, resource_id is null and the appointment cannot take place. The claims p_exclude_claim_ids do not count; p_excluded_ids are not chosen.';

revoke execute on function schnittwerk_core.choose_units from public;

create function schnittwerk_core.lacks_units(p_units schnittwerk_core.unit_use[])
returns boolean
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from unnest(p_units) u where u.resource_id is null);
end
$$;

comment on function schnittwerk_core.lacks_units(schnittwerk_core.unit_use[]) is
  'Whether choose_units found too few units in a pool.';

revoke execute on function schnittwerk_core.lacks_units from public;
