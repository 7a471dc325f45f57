create function schnittwerk_core.is_settled(
  p_settled pg_snapshot, p_restored_number bigint, p_transaction_id xid8, p_number bigint
)
returns boolean
language sql
immutable
parallel safe
return pg_visible_in_snapshot(p_transaction_id, p_settled)
  or p_transaction_id >= pg_snapshot_xmax(p_settled) and p_number <= p_restored_number
  -- A consumer that has read nothing has passed nothing.
  and pg_snapshot_xmax(p_settled) > '1';

comment on function schnittwerk_core.is_settled(pg_snapshot, bigint, xid8, bigint) is
  'Whether the transaction of a journal entry had committed by a snapshot. Entries that were restored from another cluster count as committed.';

revoke execute on function schnittwerk_core.is_settled from public;

create function schnittwerk_core.is_passed(
  p_consumer schnittwerk_core.event_consumer, p_transaction_id xid8, p_number bigint
)
returns boolean
language sql
immutable
parallel safe
return schnittwerk_core.is_settled(
    (p_consumer).passed, (p_consumer).restored_number, p_transaction_id, p_number)
  or coalesce(schnittwerk_core.is_settled(
    (p_consumer).batch, (p_consumer).restored_number, p_transaction_id, p_number), false)
  and p_number <= (p_consumer).batch_number;

comment on function schnittwerk_core.is_passed(schnittwerk_core.event_consumer, xid8, bigint) is
  'Whether a consumer has passed an event.';

revoke execute on function schnittwerk_core.is_passed from public;
