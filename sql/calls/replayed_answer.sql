create function schnittwerk_core.replayed_answer(
  p_caller schnittwerk_core.caller, p_operation schnittwerk_core.booking_operations
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_customer_id constant uuid :=
    schnittwerk_core.current_customer(p_operation.salon_id, p_operation.customer_id);
begin
  if v_customer_id <> p_operation.customer_id then
    p_operation.response := replace(
      p_operation.response::text, p_operation.customer_id::text, v_customer_id::text)::jsonb;
  end if;
  return case
    when p_operation.customer_id is null and schnittwerk_core.is_of_salon(p_caller)
      or schnittwerk_core.may_know_customer(p_caller, v_customer_id)
      then p_operation.response
    else schnittwerk_core.ids_only(p_operation.response)
  end || jsonb_build_object('replayed', true);
end
$$;

comment on function schnittwerk_core.replayed_answer(schnittwerk_core.caller, schnittwerk_core.booking_operations) is
  'The stored answer of an operation for its caller: in full if they may still see its customer, or if it has no customer and they belong to the salon team; else with ids only. A customer who was merged into another is named by the other''s id.';

revoke execute on function schnittwerk_core.replayed_answer from public;
