create function schnittwerk_core.maintain(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'maintain', p_salon_id, '{}');
  v_days int; -- for which an idempotency key is kept
  v_policies jsonb;
  v_affected jsonb;
  v_partitions jsonb;
  v_claims bigint;
  v_holds bigint;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      v_affected := schnittwerk_core.keep_open_time(v_caller.salon_id);
      -- Before the deletions, which lock rows that bookings may wait for.
      v_partitions := schnittwerk_core.keep_partitions();
      -- Nobody can raise late_entry_hours until this transaction ends. If another transaction is
      -- raising it, this finds no row, the bound is null and all claims stay.
      select z.policies into v_policies
      from schnittwerk_core.salon_state z
      where z.salon_id = v_caller.salon_id
      for share skip locked;
      -- Skips rows that a booking has locked: it may be waiting for others of these.
      with old as materialized (
        select o.claim_id, o.resource_id, o.starts_at, o.expires_at is not null as is_hold
        from schnittwerk_core.occupancy o
        where o.salon_id = v_caller.salon_id and (
          o.expires_at <= schnittwerk_core.clock()
          or o.during << tstzrange(schnittwerk_core.claims_are_kept_from(v_policies), null)
        )
        limit 10000
        for update skip locked
      ), gone as (
        delete from schnittwerk_core.occupancy o
        using old
        where o.salon_id = v_caller.salon_id
          and o.claim_id = old.claim_id and o.resource_id = old.resource_id
          and o.starts_at = old.starts_at
        returning old.is_hold
      )
      select count(*) filter (where not g.is_hold), count(*) filter (where g.is_hold)
      into v_claims, v_holds
      from gone g;
      delete from schnittwerk_core.rate_usage u
      where u.salon_id = v_caller.salon_id and (u.user_id, u.kind) in (
        select old.user_id, old.kind
        from schnittwerk_core.rate_usage old
        where old.salon_id = v_caller.salon_id
          and cardinality(schnittwerk_core.recent_calls(old.calls)) = 0
        for update skip locked
      );
      v_days := (v_caller.policies ->> 'retention_operations_days')::int;
      v_caller.answer := schnittwerk_core.success('maintained',
        schnittwerk_core.delete_operations(v_caller.salon_id, v_days)
          || schnittwerk_core.delete_ended_holds(
            v_caller.salon_id, schnittwerk_core.clock() - make_interval(hours => 24 * v_days))
          || jsonb_build_object('claims', v_claims, 'holds', v_holds) || v_partitions)
        || v_affected;
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.maintain(uuid) is 'Engine of schnittwerk.maintain.';

revoke execute on function schnittwerk_core.maintain from public;
grant execute on function schnittwerk_core.maintain
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.maintain(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.maintain(p_salon_id);

comment on function schnittwerk.maintain(uuid) is
  'Does the salon''s upkeep. Call it once a day; without it everything stays correct, only tables grow. Answers {"maintained": {"operations", "refusals", "ended_holds", "ended_offers", "claims", "holds", "partitions_made", "partitions_dropped"}, "affected_appointments"}. It deletes operations and refusals older than retention_operations_days, and holds and waitlist offers that ended before then. It deletes claims on time that ended more than a day before the reach of late_entry_hours (the appointments stay), and the claims of expired holds. It deletes at most 10000 of each per call. For all salons it creates the partitions of the coming months of the journal, the deliveries and the refusals, and drops those that no salon needs. It computes the weeks of the calendar that have come within the horizon. If the server''s rules for the salon''s time zone have changed since the last call, it computes all weeks; affected_appointments are then the pending and confirmed ones that are no longer in open time. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.maintain from public;
grant execute on function schnittwerk.maintain
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
