create function schnittwerk_core.is_free(
  p_salon_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_steps schnittwerk_core.step[],
  p_needs schnittwerk_core.need[],
  p_exclude_claim_ids uuid[] default '{}'
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  return not exists (
    select
    from schnittwerk_core.claims_of(
      p_staff_id, p_starts_at, p_ends_at, p_before_minutes, p_after_minutes, p_steps, null) c
    join schnittwerk_core.occupancy o
      on o.salon_id = p_salon_id and o.resource_id = c.resource_id and o.during && c.during
    where (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
      and o.claim_id <> all (p_exclude_claim_ids)
  ) and (
    p_needs is null
    or not schnittwerk_core.lacks_units(schnittwerk_core.choose_units(
      p_salon_id, p_needs, p_starts_at, p_ends_at, p_before_minutes, p_after_minutes,
      p_exclude_claim_ids))
  );
end
$$;

comment on function schnittwerk_core.is_free(uuid, uuid, timestamptz, timestamptz, int, int, schnittwerk_core.step[], schnittwerk_core.need[], uuid[]) is
  'Whether nothing claims the time that an appointment on these terms would claim of its member of staff and of units. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.is_free from public;
