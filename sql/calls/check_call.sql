create function schnittwerk_core.check_call(
  p_caller schnittwerk_core.caller, variadic p_faults jsonb[] default '{}'
)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.answer is not null then
    return p_caller;
  end if;
  p_caller.answer := schnittwerk_core.invalid_input(p_faults);
  return schnittwerk_core.start_body(p_caller);
end
$$;

comment on function schnittwerk_core.check_call(schnittwerk_core.caller, jsonb[]) is
  'The second step of a write without a key: checks its arguments, all at once, and its rate limit. A refusal becomes the caller''s answer.';

revoke execute on function schnittwerk_core.check_call from public;
