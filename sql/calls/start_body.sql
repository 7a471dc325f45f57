create function schnittwerk_core.start_body(p_caller schnittwerk_core.caller)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_kind text;
begin
  if p_caller.answer is null and p_caller.kind = 'user' then
    v_kind := schnittwerk_core.rate_limit_kind(p_caller.operation_type);
    if schnittwerk_core.is_rate_limited(p_caller, v_kind) then
      p_caller.rate_limited_kind := v_kind;
    elsif p_caller.promotion_code is not null
      and schnittwerk_core.is_rate_limited(p_caller, 'code')
    then
      p_caller.rate_limited_kind := 'code';
    end if;
    if p_caller.rate_limited_kind is not null then
      p_caller.answer := schnittwerk_core.failure('rate_limited');
    end if;
  end if;
  if p_caller.answer is null then
    perform set_config('schnittwerk.actor', jsonb_build_object(
      'user_id', p_caller.user_id,
      'role', coalesce(p_caller.role, p_caller.kind),
      'reason', p_caller.reason,
      'override_reason', p_caller.override_reason,
      'correlation_id', p_caller.correlation_id,
      'operation_id', p_caller.operation_id
    )::text, true);
  end if;
  return p_caller;
end
$$;

comment on function schnittwerk_core.start_body(schnittwerk_core.caller) is
  'The last check before the body of a write: its rate limit. From here on the journal records changes as the caller''s.';

revoke execute on function schnittwerk_core.start_body from public;
