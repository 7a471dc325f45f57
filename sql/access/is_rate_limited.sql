create function schnittwerk_core.is_rate_limited(
  p_caller schnittwerk_core.caller, p_kind text
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- No timeout: waiting for another call of the same caller says nothing about the key.
set lock_timeout = 0
as $$
declare
  v_limit constant int := schnittwerk_core.rate_limit(p_caller.policies, p_caller.role, p_kind);
  v_calls timestamptz[];
begin
  if v_limit = 0 then
    return false;
  end if;
  -- Locked until the transaction ends, so that simultaneous calls count each other.
  insert into schnittwerk_core.rate_usage (salon_id, user_id, kind, calls)
  values (p_caller.salon_id, p_caller.user_id, p_kind, '{}')
  on conflict on constraint rate_usage_pkey do nothing;
  select u.calls into v_calls
  from schnittwerk_core.rate_usage u
  where u.salon_id = p_caller.salon_id and u.user_id = p_caller.user_id and u.kind = p_kind
  for no key update;
  return cardinality(schnittwerk_core.recent_calls(v_calls)) >= v_limit;
end
$$;

comment on function schnittwerk_core.is_rate_limited(schnittwerk_core.caller, text) is
  'Whether the caller has made as many writes of a kind in the last minute as their role may. count_call counts the call when it has ended.';

revoke execute on function schnittwerk_core.is_rate_limited from public;
