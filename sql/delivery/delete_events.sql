create function schnittwerk_core.delete_events(
  p_salon_id uuid, p_older_than_days int, p_is_dry_run boolean
)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  v_before constant timestamptz :=
    schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_events constant uuid[] := array(
    select e.id
    from schnittwerk_core.events e
    where e.salon_id = p_salon_id and e.occurred_at < v_before
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
begin
  if not p_is_dry_run then
    -- none of them is newer, which leaves out most months
    delete from schnittwerk_core.events e
    where e.salon_id = p_salon_id and e.id = any (v_events) and e.occurred_at < v_before;
  end if;
  return cardinality(v_events);
end
$$;

comment on function schnittwerk_core.delete_events(uuid, int, boolean) is
  'Deletes a salon''s events that are older than so many days, that every consumer has passed and that nobody has yet to deliver, at most 10000, and returns how many. p_is_dry_run: only counts them, all.';

revoke execute on function schnittwerk_core.delete_events from public;
