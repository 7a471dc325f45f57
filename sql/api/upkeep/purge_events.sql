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
  v_events uuid[];
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 1, 3650),
    schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
  );
  perform schnittwerk_core.begin_write(v_caller);
  v_before := schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_events := array(
    select e.id
    from schnittwerk_core.events e
    where e.salon_id = v_caller.salon_id and e.occurred_at < v_before
      and not exists (
        select from schnittwerk_core.event_consumer c
        where c.salon_id = e.salon_id
          and not pg_visible_in_snapshot(e.transaction_id, c.passed)
          and not (
            coalesce(pg_visible_in_snapshot(e.transaction_id, c.batch), false)
            and e.number <= c.batch_number
          )
      )
      and not exists (
        select from schnittwerk_core.event_delivery d
        where d.salon_id = e.salon_id and d.event_id = e.id and d.occurred_at = e.occurred_at
          and d.status in ('pending', 'parked')
      )
    order by e.occurred_at
    limit case when p_is_dry_run then null else 10000 end
  );
  if not p_is_dry_run then
    -- none of them is newer, which leaves out most months
    delete from schnittwerk_core.events e
    where e.salon_id = v_caller.salon_id and e.id = any (v_events) and e.occurred_at < v_before;
  end if;
  return schnittwerk_core.success(
    'purged', jsonb_build_object('events', cardinality(v_events)));
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
  'Deletes the salon''s events, with their deliveries, that are older than p_older_than_days (1 to 3650), that every consumer has passed, and of which no delivery is pending or parked; answers {"purged": {"events"}}: at most 10000 a call, to be repeated until it is 0. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_events from public;
grant execute on function schnittwerk.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
