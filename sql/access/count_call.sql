create function schnittwerk_core.count_use(p_caller schnittwerk_core.caller, p_kind text)
returns timestamptz[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_limit constant int := schnittwerk_core.rate_limit(p_caller.policies, p_caller.role, p_kind);
  v_calls timestamptz[];
begin
  insert into schnittwerk_core.rate_usage as u (salon_id, user_id, kind, calls)
  values (p_caller.salon_id, p_caller.user_id, p_kind, array[schnittwerk_core.clock()])
  on conflict on constraint rate_usage_pkey do update
  -- Calls with wrong arguments count beyond the limit too. Keeps only as many as refusals need.
  set calls = schnittwerk_core.recent_calls(
    excluded.calls || u.calls[greatest(cardinality(u.calls) - v_limit + 2, 1):])
  returning u.calls into v_calls;
  return v_calls;
end
$$;

comment on function schnittwerk_core.count_use(schnittwerk_core.caller, text) is
  'Counts a use of a kind by the caller, and returns their uses of the last minute, oldest first.';

revoke execute on function schnittwerk_core.count_use from public;

create function schnittwerk_core.count_call(
  p_caller schnittwerk_core.caller
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_kind constant text := coalesce(
    p_caller.rate_limited_kind, schnittwerk_core.rate_limit_kind(p_caller.operation_type));
  v_limit constant int := schnittwerk_core.rate_limit(p_caller.policies, p_caller.role, v_kind);
  v_is_refused constant boolean := p_caller.answer ->> 'code' = 'rate_limited';
  v_calls timestamptz[];
  v_seconds int;
begin
  if p_caller.answer ->> 'code' = 'promotion_not_valid'
    and p_caller.answer ->> 'replayed' = 'false'
  then
    perform schnittwerk_core.count_use(p_caller, 'code');
  end if;
  -- Replays do not count, nor calls that this caller may not make, nor calls to be repeated.
  if v_limit = 0 or p_caller.answer ->> 'replayed' = 'true'
    or p_caller.answer ->> 'code' in (
      'not_authenticated', 'salon_required', 'forbidden', 'request_in_flight'
    )
  then
    return p_caller.answer;
  end if;
  if v_is_refused then
    select schnittwerk_core.recent_calls(u.calls) into v_calls
    from schnittwerk_core.rate_usage u
    where u.salon_id = p_caller.salon_id and u.user_id = p_caller.user_id and u.kind = v_kind;
  else
    v_calls := schnittwerk_core.count_use(p_caller, v_kind);
  end if;

  -- The next call is possible when the oldest of the last v_limit calls is a minute old.
  v_seconds := ceil(extract(epoch from
    v_calls[greatest(cardinality(v_calls) - v_limit + 1, 1)] + interval '1 minute'
    - schnittwerk_core.clock()));
  perform set_config('response.headers', (
    coalesce(
      schnittwerk_core.json_or_null(current_setting('response.headers', true)), '[]')
    || jsonb_build_array(
      jsonb_build_object('RateLimit-Limit', v_limit::text),
      jsonb_build_object(
        'RateLimit-Remaining', greatest(v_limit - cardinality(v_calls), 0)::text),
      jsonb_build_object('RateLimit-Reset', v_seconds::text)
    )
    || case when v_is_refused
      then jsonb_build_array(jsonb_build_object('Retry-After', v_seconds::text)) else '[]' end
  )::text, true);
  return case when v_is_refused
    then p_caller.answer || jsonb_build_object('retry_after_seconds', v_seconds)
    else p_caller.answer end;
end
$$;

comment on function schnittwerk_core.count_call(schnittwerk_core.caller) is
  'Counts a write of a signed-in caller that is about to be answered, and a wrong promotion code that it gave, for their rate limits. Returns the answer, with retry_after_seconds if it is rate_limited. Sets headers for gateways: RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset (seconds; IETF draft-ietf-httpapi-ratelimit-headers) and Retry-After (RFC 9110). Call it last, so that no refusal undoes the count.';

revoke execute on function schnittwerk_core.count_call from public;
