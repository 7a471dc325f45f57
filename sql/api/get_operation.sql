create function schnittwerk.get_operation(
  p_idempotency_key text, p_operation_type text, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_operation(p_idempotency_key, p_operation_type, p_salon_id);

comment on function schnittwerk.get_operation(text, text, uuid) is
  'The stored answer to the caller''s own key for an operation type (create), as a retry gets it: in full to who may still know of its customer, else with ids only. Raises not_authenticated, forbidden, invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.get_operation from public;
grant execute on function schnittwerk.get_operation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
