create function schnittwerk_core.end_operation(
  p_operation schnittwerk_core.booking_operations, p_answer jsonb
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_response jsonb;
begin
  update schnittwerk_core.booking_operations o
  set
    status = case when (p_answer ->> 'success')::boolean then 'completed' else 'failed' end,
    code = p_answer ->> 'code',
    error_message = p_answer ->> 'details',
    appointment_id = coalesce(
      (p_answer #>> '{appointment,id}')::uuid, (p_operation).appointment_id),
    customer_id = coalesce(o.customer_id, (p_operation).customer_id),
    starts_at = coalesce(o.starts_at, (p_operation).starts_at),
    response = p_answer || jsonb_build_object(
      'operation_id', o.id, 'replayed', false, 'correlation_id', o.correlation_id),
    updated_at = clock_timestamp()
  where o.salon_id = (p_operation).salon_id and o.id = (p_operation).id
  returning o.response into v_response;
  return v_response;
end
$$;

comment on function schnittwerk_core.end_operation(schnittwerk_core.booking_operations, jsonb) is
  'Stores a write''s answer under its key and returns it, with the operation''s id and correlation id.';

revoke execute on function schnittwerk_core.end_operation from public;
