create function schnittwerk_core.abandon_operation(
  p_operation schnittwerk_core.booking_operations,
  p_details text,
  p_code text default 'not_found'
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from schnittwerk_core.booking_operations o
  where o.salon_id = p_operation.salon_id and o.id = p_operation.id;
  return schnittwerk_core.failure(p_code, p_details);
end
$$;

comment on function schnittwerk_core.abandon_operation(schnittwerk_core.booking_operations, text, text) is
  'Ends a write whose refusal is not stored, such as not_found: its key stays unused.';

revoke execute on function schnittwerk_core.abandon_operation from public;
