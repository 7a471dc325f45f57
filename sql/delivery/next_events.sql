create function schnittwerk_core.next_events(p_salon_id uuid, p_consumer text, p_limit int)
returns setof schnittwerk_core.events
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cursor schnittwerk_core.event_consumer;
  v_settled pg_snapshot;
  v_is_new_batch boolean;
begin
  insert into schnittwerk_core.event_consumer (salon_id, name)
  values (p_salon_id, p_consumer)
  on conflict (salon_id, name) do nothing;
  select c.* into v_cursor
  from schnittwerk_core.event_consumer c
  where c.salon_id = p_salon_id and c.name = p_consumer
  for update;

  loop
    v_settled := schnittwerk_core.settled_transactions();
    if pg_snapshot_xmax(coalesce(v_cursor.batch, v_cursor.passed)) > pg_snapshot_xmax(v_settled)
    then
      -- restored into another cluster: its transactions do not compare with those passed before
      update schnittwerk_core.events e
      set transaction_id = pg_current_xact_id()
      where e.salon_id = p_salon_id and e.transaction_id > pg_snapshot_xmax(v_settled);
      v_cursor.passed := '1:1:';
      v_cursor.batch := null;
    end if;
    v_is_new_batch := v_cursor.batch is null;
    if v_is_new_batch then
      v_cursor.batch := v_settled;
      v_cursor.batch_number := 0;
      update schnittwerk_core.event_consumer c
      set passed = v_cursor.passed, batch = v_cursor.batch, batch_number = v_cursor.batch_number
      where c.salon_id = p_salon_id and c.name = p_consumer;
    end if;
    return query
    select e.*
    from schnittwerk_core.events e
    where e.salon_id = p_salon_id
      and e.transaction_id >= pg_snapshot_xmin(v_cursor.passed)
      and e.transaction_id < pg_snapshot_xmax(v_cursor.batch)
      and not pg_visible_in_snapshot(e.transaction_id, v_cursor.passed)
      and pg_visible_in_snapshot(e.transaction_id, v_cursor.batch)
      and e.number > v_cursor.batch_number
    order by e.number
    limit p_limit;
    exit when found or v_is_new_batch;
    v_cursor.passed := v_cursor.batch;
    v_cursor.batch := null;
  end loop;
end
$$;

comment on function schnittwerk_core.next_events(uuid, text, int) is
  'The events that a consumer has not acknowledged yet, at most p_limit; they stay the same until they are. Locks the consumer''s cursor.';

revoke execute on function schnittwerk_core.next_events from public;
