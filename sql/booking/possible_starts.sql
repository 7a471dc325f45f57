create function schnittwerk_core.possible_starts(
  p_salon_id uuid,
  p_staff_id uuid,
  p_open tstzmultirange,
  p_duration interval,
  p_before_minutes int,
  p_after_minutes int,
  p_steps schnittwerk_core.step[],
  p_first timestamptz,
  p_last timestamptz,
  p_exclude_claim_ids uuid[] default '{}'
)
returns tstzmultirange
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
begin
  -- A claim [s, e) and a run that claims [t + from, t + until) collide exactly for the starts t in
  -- the open range (s - until, e - from). The possible starts are closed ranges, and stay closed
  -- when open ones are taken away.
  return (
    select coalesce(range_agg(tstzrange(lower(o.during), upper(o.during) - p_duration, '[]')), '{}')
    from unnest(p_open * tstzmultirange(tstzrange(p_first, p_last + p_duration, '[]'))) o (during)
    where upper(o.during) - lower(o.during) >= p_duration
  ) - (
    select coalesce(range_agg(
      tstzrange(o.starts_at - c.claim_until, o.ends_at - c.claim_from, '()')), '{}')
    from schnittwerk_core.occupancy o
    cross join schnittwerk_core.staff_claims(
      p_steps, p_duration, p_before_minutes, p_after_minutes) c
    where o.salon_id = p_salon_id and o.resource_id = p_staff_id
      and o.ends_at > p_first - make_interval(mins => p_before_minutes)
      and o.ends_at < p_last + p_duration + make_interval(mins => p_after_minutes, hours => 72)
      and o.starts_at < p_last + p_duration + make_interval(mins => p_after_minutes)
      and (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
      and o.claim_id <> all (p_exclude_claim_ids)
  );
end
$$;

comment on function schnittwerk_core.possible_starts(uuid, uuid, tstzmultirange, interval, int, int, schnittwerk_core.step[], timestamptz, timestamptz, uuid[]) is
  'The starts between p_first and p_last from which an appointment on these terms lies in open time and its runs collide with no claim on the member of staff, as closed ranges. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.possible_starts from public;
