create function schnittwerk_core.delete_salon(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'delete_salon', p_salon_id, '{}');
  v_salon schnittwerk_core.salon;
  v_used_for text;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    -- Elsewhere null means the only salon. A deletion must name it.
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_salon_id', p_salon_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- A call that adds something to the salon waits for this lock and then finds it deleted.
      select s.* into v_salon from schnittwerk_core.salon s where s.id = p_salon_id for update;
      -- Refuses a salon in use before deleting anything. The foreign keys would refuse it last.
      select u.table_name into v_used_for
      from (values
        ('customers', exists (
          select from schnittwerk_core.customers c where c.salon_id = p_salon_id)),
        ('services', exists (
          select from schnittwerk_core.services v where v.salon_id = p_salon_id)),
        ('staff', exists (
          select from schnittwerk_core.staff m where m.salon_id = p_salon_id)),
        ('profiles', exists (
          select from schnittwerk_core.profiles p where p.salon_id = p_salon_id))
      ) u (table_name, has_rows)
      where u.has_rows
      limit 1;
      if found then
        perform schnittwerk_core.refuse('wrong_status', format(
          'The salon has %s: only one without customers, services, staff and profiles can be deleted',
          v_used_for));
      end if;
      delete from schnittwerk_core.price_rule r where r.salon_id = p_salon_id;
      delete from schnittwerk_core.booking_policies p where p.salon_id = p_salon_id;
      delete from schnittwerk_core.opening_hours h where h.salon_id = p_salon_id;
      delete from schnittwerk_core.special_hours h where h.salon_id = p_salon_id;
      delete from schnittwerk_core.holidays h where h.salon_id = p_salon_id;
      delete from schnittwerk_core.unit u where u.salon_id = p_salon_id;
      delete from schnittwerk_core.resource r where r.salon_id = p_salon_id;
      delete from schnittwerk_core.event_delivery d where d.salon_id = p_salon_id;
      delete from schnittwerk_core.event_consumer c where c.salon_id = p_salon_id;
      -- The foreign keys also see rows that an old snapshot does not.
      delete from schnittwerk_core.salon s where s.id = p_salon_id;
      v_caller.answer := schnittwerk_core.success('salon', schnittwerk_core.salon_json(v_salon));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.delete_salon(uuid) is
  'Engine of schnittwerk.delete_salon.';

revoke execute on function schnittwerk_core.delete_salon from public;
grant execute on function schnittwerk_core.delete_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.delete_salon(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.delete_salon(p_salon_id);

comment on function schnittwerk.delete_salon(uuid) is
  'Deletes a salon that was never used, with its settings, hours, holidays, units, price rules, policies and events. Answers {"salon"} as it was. The audit trail keeps its entries. For the service only. p_salon_id: required. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found, wrong_status (the salon has customers, services, staff or profiles).';

revoke execute on function schnittwerk.delete_salon from public;
grant execute on function schnittwerk.delete_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
