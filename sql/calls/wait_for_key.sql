create function schnittwerk_core.wait_for_key(p_lock bigint)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- how long a duplicate waits for the first request with its key
set lock_timeout = '2s'
as $$
begin
  perform pg_advisory_xact_lock(p_lock);
  return true;
exception when lock_not_available then
  return false;
end
$$;

comment on function schnittwerk_core.wait_for_key(bigint) is
  'Waits at most two seconds for the transaction that has taken an idempotency key. Returns false if it is still running. Later statements see the rows that it wrote.';

revoke execute on function schnittwerk_core.wait_for_key from public;
