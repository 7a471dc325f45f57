create function schnittwerk_core.claims_of(
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_steps schnittwerk_core.step[],
  p_units schnittwerk_core.unit_use[]
)
returns table (resource_id uuid, during tstzrange)
language sql
stable
parallel safe
begin atomic
  select p_staff_id, tstzrange(p_starts_at + c.claim_from, p_starts_at + c.claim_until)
  from schnittwerk_core.staff_claims(
    p_steps, p_ends_at - p_starts_at, p_before_minutes, p_after_minutes) c
  union all
  select u.resource_id, schnittwerk_core.unit_claim(
    p_starts_at, p_ends_at, p_before_minutes, p_after_minutes, u.from_minute, u.to_minute)
  from unnest(p_units) u;
end;

comment on function schnittwerk_core.claims_of(uuid, timestamptz, timestamptz, int, int, schnittwerk_core.step[], schnittwerk_core.unit_use[]) is
  'Every claim of an appointment, an offer or a hold: for its member of staff one range per run of steps, for each unit one range.';

revoke execute on function schnittwerk_core.claims_of from public;
