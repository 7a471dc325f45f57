create function schnittwerk_core.purge_events(
  p_older_than_days int, p_is_dry_run boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller;
  v_before timestamptz;
  v_since timestamptz;
  v_events bigint;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 1, 3650),
    schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
  );
  perform schnittwerk_core.begin_write(v_caller);
  v_before := schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  -- what a consumer has yet to read stays, and what came after it
  select least(v_before, min(e.occurred_at)) into v_before
  from schnittwerk_core.events e
  join schnittwerk_core.event_consumer c on c.salon_id = e.salon_id
  where e.salon_id = v_caller.salon_id and e.occurred_at < v_before
    and not schnittwerk_core.is_passed(c, e.transaction_id, e.number);
  if not p_is_dry_run then
    v_before := schnittwerk_core.few_until('events', v_caller.salon_id, v_before);
  end if;
  select count(*) into v_events
  from schnittwerk_core.events e
  where e.salon_id = v_caller.salon_id and e.occurred_at < v_before;
  if not p_is_dry_run then
    select coalesce(z.events_since, '-infinity') into v_since
    from schnittwerk_core.salon_state z
    where z.salon_id = v_caller.salon_id;
    update schnittwerk_core.salon_state z
    set events_since = greatest(z.events_since, v_before)
    where z.salon_id = v_caller.salon_id;
    perform schnittwerk_core.let_go(v_caller.salon_id, v_since, v_before);
  end if;
  return schnittwerk_core.success('purged', jsonb_build_object('events', v_events));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.purge_events(int, boolean, uuid) is
  'Engine of schnittwerk.purge_events.';

revoke execute on function schnittwerk_core.purge_events from public;
grant execute on function schnittwerk_core.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.purge_events(
  p_older_than_days int default 90, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('purge_events', p_salon_id,
  schnittwerk_core.purge_events(p_older_than_days, p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.purge_events(int, boolean, uuid) is
  'Lets the salon''s events go that are older than p_older_than_days (1 to 3650) and than all that a consumer has yet to read: they are deleted with their deliveries, unless the audit trail, an appointment''s history or a delivery that is pending or parked needs them; answers {"purged": {"events"}}: about 10000 a call at most, to be repeated until it is 0. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_events from public;
grant execute on function schnittwerk.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
