create function schnittwerk_core.begin_call(
  p_operation_type text,
  p_salon_id uuid,
  p_roles text[],
  p_reason text default null,
  p_override_reason text default null,
  p_needs_salon boolean default true
)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller :=
    schnittwerk_core.identify_caller(p_salon_id, p_roles, p_needs_salon);
begin
  v_caller.operation_type := p_operation_type;
  v_caller.began_at := clock_timestamp();
  v_caller.correlation_id := schnittwerk_core.correlation_id();
  v_caller.reason := p_reason;
  v_caller.override_reason := p_override_reason;
  if v_caller.answer is null and p_override_reason is not null
    and not schnittwerk_core.is_of_salon(v_caller)
  then
    v_caller.answer := schnittwerk_core.failure(
      'forbidden', 'Only the salon team may override rules');
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.begin_call(text, uuid, text[], text, text, boolean) is
  'Begins a write: identifies caller, salon and role (identify_caller). p_operation_type: its name in booking_operations, in the refusal log and for the rate limits. p_reason, p_override_reason: the caller''s reasons, for the journal; only the salon team may override rules. A refusal becomes the caller''s answer. Then come check_call or take_key, the body if there is no answer yet, and finish_call.';

revoke execute on function schnittwerk_core.begin_call from public;
