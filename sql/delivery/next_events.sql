create function schnittwerk_core.next_events(p_salon_id uuid, p_consumer text, p_limit int)
returns setof schnittwerk_core.events
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cursor schnittwerk_core.event_consumer;
  v_settled pg_snapshot;
  v_is_new boolean;
  v_is_new_batch boolean;
  v_end xid8;
begin
  insert into schnittwerk_core.event_consumer (salon_id, name)
  values (p_salon_id, p_consumer)
  on conflict (salon_id, name) do nothing;
  v_is_new := found;
  select c.* into v_cursor
  from schnittwerk_core.event_consumer c
  where c.salon_id = p_salon_id and c.name = p_consumer
  for update;

  loop
    v_settled := schnittwerk_core.settled_transactions();
    if v_is_new
      or pg_snapshot_xmax(coalesce(v_cursor.batch, v_cursor.passed)) > pg_snapshot_xmax(v_settled)
    then
      -- Restored into another cluster: its transaction ids do not compare with those passed before.
      -- One statement, whose snapshot is older than the list of ended transactions that it reads.
      select
        s.settled, coalesce((
          select max(j.number)
          from schnittwerk_core.journal j
          where j.salon_id = p_salon_id and j.transaction_id >= pg_snapshot_xmax(s.settled)
        ), 0)
      into v_settled, v_cursor.restored_number
      from schnittwerk_core.settled_transactions() s (settled);
      v_cursor.passed := '1:1:';
      v_cursor.batch := null;
      v_is_new := false;
    end if;
    v_is_new_batch := v_cursor.batch is null;
    if v_is_new_batch then
      v_cursor.batch := v_settled;
      v_cursor.batch_number := 0;
      update schnittwerk_core.event_consumer c
      set passed = v_cursor.passed, batch = v_cursor.batch, batch_number = v_cursor.batch_number,
        restored_number = v_cursor.restored_number
      where c.salon_id = p_salon_id and c.name = p_consumer;
    end if;
    -- Restored events come with the first batch.
    v_end := case when pg_snapshot_xmax(v_cursor.passed) = '1' then '18446744073709551615'
      else pg_snapshot_xmax(v_cursor.batch) end;
    return query
    select e.*
    from schnittwerk_core.events e
    where e.salon_id = p_salon_id
      and e.transaction_id >= pg_snapshot_xmin(v_cursor.passed)
      and e.transaction_id <= v_end
      and not schnittwerk_core.is_passed(v_cursor, e.transaction_id, e.number)
      and schnittwerk_core.is_settled(
        v_cursor.batch, v_cursor.restored_number, e.transaction_id, e.number)
    order by e.number
    limit p_limit;
    exit when found or v_is_new_batch;
    v_cursor.passed := v_cursor.batch;
    v_cursor.batch := null;
  end loop;
end
$$;

comment on function schnittwerk_core.next_events(uuid, text, int) is
  'The events that a consumer has not acknowledged yet, at most p_limit: the same ones until it acknowledges them. Locks the consumer''s position.';

revoke execute on function schnittwerk_core.next_events from public;
