create function schnittwerk_core.abandon_operation(
  p_operation schnittwerk_core.booking_operations, p_details text
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from schnittwerk_core.booking_operations o
  where o.salon_id = p_operation.salon_id and o.id = p_operation.id;
  return schnittwerk_core.failure('not_found', p_details);
end
$$;

comment on function schnittwerk_core.abandon_operation(schnittwerk_core.booking_operations, text) is
  'Ends a write on something that is not there, as not_found: its key stays unused.';

revoke execute on function schnittwerk_core.abandon_operation from public;
