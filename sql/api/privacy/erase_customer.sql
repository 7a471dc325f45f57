create function schnittwerk_core.erase_customer(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'erase_customer', p_salon_id, '{admin}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_customer_id', p_customer_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- The order in which all calls lock: customer, appointments, resources, waitlist entries. A
      -- call that books for the customer or changes one of their entries holds one of these locks,
      -- so the statements after it see what that call wrote.
      perform from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_customer_id
      for update;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such customer');
      elsif exists (
        select from schnittwerk_core.appointments a
        where a.salon_id = v_caller.salon_id and a.customer_id = p_customer_id
          and a.status in ('pending', 'confirmed') and a.ends_at > schnittwerk_core.clock()
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The customer has appointments to come: cancel them first');
      elsif exists (
        select from schnittwerk_core.hold h
        where h.salon_id = v_caller.salon_id and h.customer_id = p_customer_id
          and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', 'A slot is held for the customer: release it, or wait until it lapses');
      end if;
      perform from schnittwerk_core.appointments a
      where a.salon_id = v_caller.salon_id and a.customer_id = p_customer_id
      order by a.id
      for no key update;
      perform schnittwerk_core.lock_resources(
        v_caller.salon_id, schnittwerk_core.offered_resources(v_caller.salon_id, p_customer_id));
      perform from schnittwerk_core.waitlist w
      where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
      order by w.id
      for no key update;
      -- An active entry whose dates have passed could still get new dates and new notes.
      perform schnittwerk_core.expire_entry(w)
      from schnittwerk_core.waitlist w
      where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
        and w.status in ('active', 'notified')
        and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
      if exists (
        select from schnittwerk_core.waitlist w
        where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
          and w.status in ('active', 'notified')
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The customer is on the waitlist: take them off first');
      end if;
      v_caller.answer := schnittwerk_core.success('erased',
        schnittwerk_core.erase_personal_data(v_caller.salon_id, p_customer_id));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.erase_customer(uuid, uuid) is
  'Engine of schnittwerk.erase_customer.';

revoke execute on function schnittwerk_core.erase_customer from public;
grant execute on function schnittwerk_core.erase_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.erase_customer(p_customer_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.erase_customer(p_customer_id, p_salon_id);

comment on function schnittwerk.erase_customer(uuid, uuid) is
  'Erases a person (GDPR article 17). Deletes name, addresses, notes, reasons, consents, stored answers except ids, errors of mail servers, the values in the audit trail, and the profile of a user without another role in the salon. Appointments and fees stay, but no longer show whose they are. The audit trail records the erasure, and an event customer.erased informs systems that have copies. Answers {"erased": {"customer_id", "appointments", "history", "waitlist_entries", "operations", "deliveries", "audit_values"}}, numbers of rows; a second call finds none. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, wrong_status (the customer has future appointments, a held slot or a waitlist entry).';

revoke execute on function schnittwerk.erase_customer from public;
grant execute on function schnittwerk.erase_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
