create function schnittwerk_core.hold_time(
  p_salon_id uuid,
  p_claim_id uuid,
  p_verdict schnittwerk_core.verdict,
  p_expires_at timestamptz
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.claim_time(p_salon_id, p_claim_id, c.resource_id, c.during, p_expires_at)
  from schnittwerk_core.claims_of(
    p_verdict.staff_id, p_verdict.starts_at, p_verdict.ends_at, p_verdict.buffer_before_minutes,
    p_verdict.buffer_after_minutes, p_verdict.steps, p_verdict.units) c;
end
$$;

comment on function schnittwerk_core.hold_time(uuid, uuid, schnittwerk_core.verdict, timestamptz) is
  'Claims the time of a verdict for a hold or an offer until p_expires_at. The caller has locked the staff and the units.';

revoke execute on function schnittwerk_core.hold_time from public;
