create function schnittwerk_core.erase_personal_data(p_salon_id uuid, p_customer_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids constant uuid[] := schnittwerk_core.ids_of_customer(p_salon_id, p_customer_id);
  v_profile_id uuid;
  v_appointments uuid[];
  v_offers uuid[];
  v_holds uuid[];
  v_subjects uuid[];
  v_journalled uuid[];
  v_notes bigint;
  v_history bigint;
  v_entries bigint;
  v_operations bigint;
  v_deliveries bigint;
  v_audit_values bigint;
begin
  select c.profile_id into v_profile_id
  from schnittwerk_core.customers c
  where c.salon_id = p_salon_id and c.id = p_customer_id;
  v_appointments := array(
    select a.id
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
  );
  v_offers := array(
    select o.id
    from schnittwerk_core.waitlist w
    join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
    where w.salon_id = p_salon_id and w.customer_id = p_customer_id
  );
  v_holds := array(
    select h.id
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.customer_id = p_customer_id
    union
    -- Made for nobody yet, and used for this customer.
    select h.id
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.appointment_id = any (v_appointments)
  );
  -- The subjects of deliveries.
  v_subjects := v_appointments || v_offers || v_holds || array(
    select a.visit_id
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id and a.visit_id is not null
    union all
    select w.id
    from schnittwerk_core.waitlist w
    where w.salon_id = p_salon_id and w.customer_id = p_customer_id
  );

  update schnittwerk_core.customers c
  set
    full_name = 'Erased customer',
    email = null,
    phone = null,
    notes = null,
    profile_id = null,
    erased_at = coalesce(c.erased_at, schnittwerk_core.clock())
  where c.salon_id = p_salon_id and c.id = p_customer_id;
  begin
    delete from schnittwerk_core.profiles p
    where p.salon_id = p_salon_id and p.id = v_profile_id and p.role = 'customer';
  exception when foreign_key_violation then
    null; -- a member of the salon team keeps their profile
  end;
  delete from schnittwerk_core.contact_preference p
  where p.salon_id = p_salon_id and p.customer_id = p_customer_id;
  delete from schnittwerk_core.contact_consent p
  where p.salon_id = p_salon_id and p.customer_id = p_customer_id;

  update schnittwerk_core.appointments a
  set notes = null, cancellation_reason = null, price_details = null
  where a.salon_id = p_salon_id and a.customer_id = p_customer_id
    and num_nonnulls(a.notes, a.cancellation_reason, a.price_details) > 0;
  get diagnostics v_notes = row_count;
  update schnittwerk_core.waitlist_offer o
  set price_details = null
  where o.salon_id = p_salon_id and o.id = any (v_offers) and o.price_details is not null;
  update schnittwerk_core.hold h
  set price_details = null
  where h.salon_id = p_salon_id and h.id = any (v_holds) and h.price_details is not null;
  update schnittwerk_core.waitlist w
  set notes = null
  where w.salon_id = p_salon_id and w.customer_id = p_customer_id and w.notes is not null;
  get diagnostics v_entries = row_count;

  -- A replay still answers the result of the request and the ids.
  update schnittwerk_core.booking_operations o
  set
    override_reason = null,
    response = schnittwerk_core.ids_only(o.response)
  where o.salon_id = p_salon_id and o.customer_id = any (v_ids) and (
    o.override_reason is not null or o.response <> schnittwerk_core.ids_only(o.response)
  );
  get diagnostics v_operations = row_count;

  -- A mail server's answer may quote the address. While a message is being sent, the answer is still
  -- to come: so this waits for the relay's lock.
  perform from schnittwerk_core.event_delivery d
  where d.salon_id = p_salon_id and d.subject_id = any (v_subjects) and d.status = 'pending'
  order by d.id
  for update;
  update schnittwerk_core.event_delivery d
  set last_error = null
  where d.salon_id = p_salon_id and d.subject_id = any (v_subjects) and d.last_error is not null;
  get diagnostics v_deliveries = row_count;

  -- Last, because the journal now also has the old values of the changes above.
  perform schnittwerk_core.record_erasure(p_salon_id, 'profiles', array[v_profile_id]);
  perform schnittwerk_core.record_erasure(p_salon_id, 'customers', v_ids);
  v_holds := array(
    select distinct p.subject_id
    from schnittwerk_core.journal_personal p
    where p.salon_id = p_salon_id and p.subject_id = any (v_holds)
  );
  perform schnittwerk_core.record_erasure(p_salon_id, 'hold', v_holds);
  select count(*) into v_history
  from schnittwerk_core.appointment_history h
  where h.salon_id = p_salon_id and h.appointment_id = any (v_appointments)
    and num_nonnulls(h.reason, h.override_reason) > 0;
  delete from schnittwerk_core.journal_personal p
  where p.salon_id = p_salon_id
    and p.subject_id = any (v_holds || v_ids || v_profile_id);
  get diagnostics v_audit_values = row_count;
  -- Who was merged and is a customer again: the journal has what happened meanwhile under the other.
  if exists (
    select from schnittwerk_core.journal j
    where j.salon_id = p_salon_id and j.subject_id = any (v_ids)
      and j.table_name = 'customer_merge' and j.kind = 'deleted'
  ) then
    v_journalled := array(
      select distinct j.subject_id
      from schnittwerk_core.journal j
      join schnittwerk_core.journal_personal p
        on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
      where j.salon_id = p_salon_id and j.subject_id = any (v_subjects)
        and j.table_name in ('appointments', 'fee', 'hold', 'waitlist')
    );
    perform schnittwerk_core.record_erasure(p_salon_id, 'appointments', v_journalled);
    delete from schnittwerk_core.journal_personal p
    using schnittwerk_core.journal j
    where j.salon_id = p_salon_id and j.subject_id = any (v_journalled)
      and j.table_name in ('appointments', 'fee', 'hold', 'waitlist')
      and p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id;
  end if;

  return jsonb_build_object(
    'customer_id', p_customer_id,
    'appointments', v_notes,
    'history', v_history,
    'waitlist_entries', v_entries,
    'operations', v_operations,
    'deliveries', v_deliveries,
    'audit_values', v_audit_values
  );
end
$$;

comment on function schnittwerk_core.erase_personal_data(uuid, uuid) is
  'Erases a customer''s personal data, which personal_column lists, and returns from how many rows. Appointments and fees stay, for statistics; the reasons of fees go with the journal''s values. Also erases the profile that the customer has now; one that was unlinked earlier may be somebody else''s. Fingerprints of requests stay: they can only confirm a guess. The caller has locked the customer, who has no future appointments.';

revoke execute on function schnittwerk_core.erase_personal_data from public;
