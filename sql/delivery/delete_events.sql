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
  v_before timestamptz :=
    schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_since timestamptz;
  v_events int;
begin
  -- Events that a consumer has yet to read stay, and all later ones.
  select least(v_before, min(e.occurred_at)) into v_before
  from schnittwerk_core.events e
  join schnittwerk_core.event_consumer c on c.salon_id = e.salon_id
  where e.salon_id = p_salon_id and e.occurred_at < v_before
    and not schnittwerk_core.is_passed(c, e.transaction_id, e.number);
  if not p_is_dry_run then
    v_before := schnittwerk_core.few_until('events', p_salon_id, v_before);
  end if;
  select count(*) into v_events
  from schnittwerk_core.events e
  where e.salon_id = p_salon_id and e.occurred_at < v_before;
  if not p_is_dry_run then
    select coalesce(z.events_since, '-infinity') into v_since
    from schnittwerk_core.salon_state z
    where z.salon_id = p_salon_id;
    update schnittwerk_core.salon_state z
    set events_since = greatest(z.events_since, v_before)
    where z.salon_id = p_salon_id;
    perform schnittwerk_core.let_go(p_salon_id, v_since, v_before);
  end if;
  return v_events;
end
$$;

comment on function schnittwerk_core.delete_events(uuid, int, boolean) is
  'Releases a salon''s events that are older than the given days and than all that a consumer has yet to read, about 10000 at most, and returns how many. Deletes their journal entries unless something else needs them. p_is_dry_run: only counts, without a limit.';

revoke execute on function schnittwerk_core.delete_events from public;
