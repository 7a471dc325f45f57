create function schnittwerk_core.get_operation(
  p_idempotency_key text, p_operation_type text, p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_operation schnittwerk_core.booking_operations;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.key_fault(p_idempotency_key),
    schnittwerk_core.text_fault('p_operation_type', p_operation_type, 50)
  );
  select o.* into v_operation
  from schnittwerk_core.booking_operations o
  where o.salon_id = v_caller.salon_id
    and o.caller = coalesce(v_caller.user_id::text, 'service')
    and o.operation_type = p_operation_type
    and o.idempotency_key = p_idempotency_key;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'You have not used this key');
  end if;
  perform schnittwerk_core.log_personal_read(v_caller, 'get_operation', 1, v_operation.customer_id);
  return schnittwerk_core.replayed_answer(v_caller, v_operation);
end
$$;

comment on function schnittwerk_core.get_operation(text, text, uuid) is
  'Engine of schnittwerk.get_operation.';

revoke execute on function schnittwerk_core.get_operation from public;
grant execute on function schnittwerk_core.get_operation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_operation(
  p_idempotency_key text, p_operation_type text, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_operation(p_idempotency_key, p_operation_type, p_salon_id);

comment on function schnittwerk.get_operation(text, text, uuid) is
  'The stored answer to one of the caller''s own keys, as a retry gets it: in full if the caller may still see its customer, else with ids only. p_operation_type: the type of the write, such as create, reschedule or cancel. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_operation from public;
grant execute on function schnittwerk.get_operation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
