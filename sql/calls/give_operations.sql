create function schnittwerk_core.give_operations(
  p_salon_id uuid, p_from_id uuid, p_to_id uuid, p_ids uuid[]
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
begin atomic
  update schnittwerk_core.booking_operations o
  set
    customer_id = p_to_id,
    response = replace(o.response::text, p_from_id::text, p_to_id::text)::jsonb
  where o.salon_id = p_salon_id and o.customer_id = p_from_id
    and (o.appointment_id = any (p_ids) or exists (
      select from unnest(array['appointment', 'visit', 'hold', 'waitlist_entry']) t (thing)
      where o.response #>> array[t.thing, 'id'] = any (p_ids::text[])
    ));
end;

comment on function schnittwerk_core.give_operations(uuid, uuid, uuid, uuid[]) is
  'Gives one customer the operations of another that are about things with these ids; their answers then name that customer.';

revoke execute on function schnittwerk_core.give_operations from public;
