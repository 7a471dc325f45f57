create function schnittwerk_core.claims_are_kept_from(p_policies jsonb)
returns timestamptz
language sql
stable
parallel safe
-- A buffer is at most a day long, so an override finds every claim that it could overlap.
return schnittwerk_core.clock()
  - make_interval(secs => 3600 * (24 + (p_policies ->> 'late_entry_hours')::float8));

comment on function schnittwerk_core.claims_are_kept_from(jsonb) is
  'The instant 24 hours before the reach of late_entry_hours. Claims that ended before it are no longer needed. p_policies: those in force.';

revoke execute on function schnittwerk_core.claims_are_kept_from from public;

create function schnittwerk_core.restore_claims()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_from constant timestamptz := schnittwerk_core.claims_are_kept_from(new.policies);
begin
  insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during)
  select a.salon_id, a.id, c.resource_id, c.during
  from schnittwerk_core.appointments a
  cross join lateral schnittwerk_core.claims_of(
    a.staff_id, a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes,
    a.steps, a.units) c
  where a.salon_id = new.salon_id and schnittwerk_core.is_live(a.status)
    -- A claim lasts at most 72 hours.
    and a.starts_at between v_from - interval '72 hours' and schnittwerk_core.clock()
    and upper(c.during) > v_from
  -- Most claims are still there. Direct SQL may have used time whose claim had been deleted.
  on conflict do nothing;
  return null;
end
$$;

comment on function schnittwerk_core.restore_claims() is
  'Claims the time of past appointments again when late_entry_hours rises: maintain may have deleted the claims.';

revoke execute on function schnittwerk_core.restore_claims from public;

-- By name after salon_state_changes_bookings, which locks the salon's resources.
create trigger salon_state_restore_claims
after update on schnittwerk_core.salon_state
for each row
when (new.policies -> 'late_entry_hours' > old.policies -> 'late_entry_hours')
execute function schnittwerk_core.restore_claims();
