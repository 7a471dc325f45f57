create function schnittwerk_core.next_delivery(
  p_salon_id uuid, p_targets text[], p_now timestamptz
)
returns schnittwerk_core.event_delivery
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- The same plan whatever the statistics, which are often from before the table grew: a target's
-- pending deliveries in index order, up to the first that can be locked.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_target text;
  v_delivery schnittwerk_core.event_delivery;
begin
  -- Target by target, so that it does not read the backlog of other targets.
  for v_target in
    select t.name
    from unnest(p_targets) t (name)
    cross join lateral (
      select d.next_attempt_at, d.event_number
      from schnittwerk_core.event_delivery d
      where d.salon_id = p_salon_id and d.status = 'pending' and d.target = t.name
        and d.next_attempt_at <= p_now
      order by d.next_attempt_at, d.event_number
      limit 1
    ) first
    order by first.next_attempt_at, first.event_number
  loop
    select d.* into v_delivery
    from schnittwerk_core.event_delivery d
    where d.salon_id = p_salon_id and d.status = 'pending' and d.target = v_target
      and d.next_attempt_at <= p_now
      and d.event_number = (
        select f.event_number
        from schnittwerk_core.event_delivery f
        where f.salon_id = d.salon_id and f.subject_id = d.subject_id and f.target = d.target
          and f.status = 'pending'
        order by f.event_number
        limit 1
      )
    order by d.next_attempt_at, d.event_number
    limit 1
    -- Another relay holds the lock of a delivery that it is sending.
    for update skip locked;
    exit when found;
  end loop;
  return v_delivery;
end
$$;

comment on function schnittwerk_core.next_delivery(uuid, text[], timestamptz) is
  'Locks a delivery that is due for one of the targets: the oldest, and the first of its subject. Null if none is due.';

revoke execute on function schnittwerk_core.next_delivery from public;
