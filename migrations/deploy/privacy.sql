-- Deploy schnittwerk:privacy

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/privacy/erase_personal_data.sql
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
-- end include

-- include: sql/privacy/forget_filled.sql
create function schnittwerk_core.forget_filled(
  p_merge schnittwerk_core.customer_merge,
  p_changes schnittwerk_core.merge_change[],
  p_operation_id uuid
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_filled schnittwerk_core.merge_change;
  v_old jsonb;
begin
  select c.* into v_filled
  from unnest(p_changes) c
  where c.table_name = 'customers' and c.kind = 'updated';
  select c.before into v_old
  from unnest(p_changes) c
  where c.table_name = 'customers' and c.kind = 'deleted';
  -- also tells export_customer that somebody was merged into the kept one for a while
  perform schnittwerk_core.record_erasure(
    p_merge.salon_id, 'customer_merge', array[p_merge.kept_id]);
  delete from schnittwerk_core.journal_personal p
  where p.salon_id = p_merge.salon_id and p.occurred_at = p_merge.merged_at
    and p.subject_id = p_merge.kept_id and p.journal_id in (
      select c.journal_id
      from unnest(p_changes) c
      where c.table_name in ('customers', 'contact_preference', 'contact_consent')
    );
  -- when they were taken back
  delete from schnittwerk_core.journal_personal p
  using schnittwerk_core.journal j
  where j.salon_id = p_merge.salon_id and j.subject_id = p_merge.kept_id
    and j.occurred_at = schnittwerk_core.clock()
    and j.operation_id = p_operation_id
    and j.table_name in ('customers', 'contact_preference', 'contact_consent')
    and p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
    and p.subject_id = p_merge.kept_id;
  -- and in between: when they were changed, or the kept customer was merged and unmerged, too
  delete from schnittwerk_core.journal_personal p
  using schnittwerk_core.journal j
  where j.salon_id = p_merge.salon_id and j.subject_id = p_merge.kept_id
    and j.occurred_at > p_merge.merged_at and j.table_name = 'customers'
    and p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
    and exists (
      select from unnest(array['email', 'notes', 'phone']) f (key)
      where v_filled.after ? f.key and (
        strpos(p.before ->> f.key, v_old ->> f.key) > 0
        or strpos(p.after ->> f.key, v_old ->> f.key) > 0
      )
    )
    -- what undoing another merge still needs
    and not exists (
      select from schnittwerk_core.customer_merge o
      where o.salon_id = p_merge.salon_id and o.kept_id = p_merge.kept_id
        and o.merged_at = j.occurred_at
    );
end
$$;

comment on function schnittwerk_core.forget_filled(
  schnittwerk_core.customer_merge, schnittwerk_core.merge_change[], uuid
) is
  'Erases from the journal of the kept customer the values of the merged one, whose own journal has them: so that they are erased with the merged customer. p_changes: what the merge changed; p_operation_id: the call that undoes it.';

revoke execute on function schnittwerk_core.forget_filled from public;
-- end include

-- include: sql/privacy/customers_gone_since.sql
create function schnittwerk_core.customers_gone_since(
  p_salon_id uuid, p_before timestamptz, p_customer_id uuid default null
)
returns setof uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select c.id
  from schnittwerk_core.customers c
  where c.salon_id = p_salon_id and (p_customer_id is null or c.id = p_customer_id)
    and c.erased_at is null and c.created_at < p_before
    and not exists (
      select from schnittwerk_core.appointments a
      where a.salon_id = c.salon_id and a.customer_id = c.id and a.ends_at >= p_before
    )
    and not exists (
      select from schnittwerk_core.waitlist w
      join schnittwerk_core.salon s on s.id = w.salon_id
      where w.salon_id = c.salon_id and w.customer_id = c.id and (
        w.created_at >= p_before
        or w.status in ('active', 'notified')
        or w.preferred_end_date >= (p_before at time zone s.time_zone)::date
      )
    )
    and not exists (
      select from schnittwerk_core.hold h
      where h.salon_id = c.salon_id and h.customer_id = c.id and h.expires_at >= p_before
    )
  order by c.id;
end
$$;

comment on function schnittwerk_core.customers_gone_since(uuid, timestamptz, uuid) is
  'Customers, not erased, who were created before an instant and since then have had no appointment or hold and have not waited. Waitlist entries count until process_waitlist ends them. None if the instant is null. p_customer_id: checks only this customer.';

revoke execute on function schnittwerk_core.customers_gone_since from public;
-- end include

-- include: sql/privacy/delete_notes.sql
create function schnittwerk_core.delete_notes(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointments uuid[];
  v_entries uuid[];
begin
  v_appointments := array(
    select a.id
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.ends_at < p_before
      and (
        num_nonnulls(a.notes, a.cancellation_reason) > 0
        or exists (
          select from schnittwerk_core.appointment_history h
          where h.salon_id = a.salon_id and h.appointment_id = a.id
            and num_nonnulls(h.reason, h.override_reason) > 0
        )
        or exists (
          select from schnittwerk_core.fee f
          join schnittwerk_core.journal j
            on j.salon_id = f.salon_id and j.subject_id = f.appointment_id
            and j.table_name = 'fee'
          join schnittwerk_core.journal_personal p
            on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
          where f.salon_id = a.salon_id and f.appointment_id = a.id
            and num_nonnulls(p.reason, p.override_reason) > 0
        )
      )
    limit case when p_is_dry_run then null else 10000 end
  );
  v_entries := array(
    select w.id
    from schnittwerk_core.waitlist w
    join schnittwerk_core.salon s on s.id = w.salon_id
    where w.salon_id = p_salon_id and w.created_at < p_before and w.notes is not null
      and w.status not in ('active', 'notified')
      and w.preferred_end_date < (p_before at time zone s.time_zone)::date
    limit case when p_is_dry_run then null else 10000 end
  );
  if not p_is_dry_run then
    -- Leaves rows that are locked to the next call. erase_customer locks several rows, too, so
    -- waiting for one could deadlock.
    v_appointments := array(
      select a.id
      from schnittwerk_core.appointments a
      where a.salon_id = p_salon_id and a.id = any (v_appointments)
      for no key update skip locked
    );
    v_entries := array(
      select w.id
      from schnittwerk_core.waitlist w
      where w.salon_id = p_salon_id and w.id = any (v_entries)
      for no key update skip locked
    );
    update schnittwerk_core.appointments a
    set notes = null, cancellation_reason = null
    where a.salon_id = p_salon_id and a.id = any (v_appointments)
      and num_nonnulls(a.notes, a.cancellation_reason) > 0;
    update schnittwerk_core.waitlist w
    set notes = null
    where w.salon_id = p_salon_id and w.id = any (v_entries);
    if cardinality(v_appointments || v_entries) > 0 then
      -- The journal has the text, too, and now once more as what was deleted.
      perform schnittwerk_core.record_erasure(p_salon_id, 'appointments', v_appointments);
      perform schnittwerk_core.record_erasure(p_salon_id, 'waitlist', v_entries);
      delete from schnittwerk_core.journal_personal p
      using schnittwerk_core.journal j
      where p.salon_id = p_salon_id and j.salon_id = p.salon_id
        and j.occurred_at = p.occurred_at and j.id = p.journal_id
        and j.table_name in ('appointments', 'fee', 'waitlist')
        and j.subject_id = any (v_appointments || v_entries);
    end if;
  end if;
  return cardinality(v_appointments) + cardinality(v_entries);
end
$$;

comment on function schnittwerk_core.delete_notes(uuid, timestamptz, boolean) is
  'Deletes the free text of appointments, of their fees and of waitlist entries that were over before an instant, also from the journal: of at most 10000 of each. Returns of how many. Does nothing if the instant is null.';

revoke execute on function schnittwerk_core.delete_notes from public;
-- end include

-- include: sql/privacy/delete_audit.sql
create function schnittwerk_core.delete_audit(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_from timestamptz;
  v_until timestamptz := p_before;
  v_entries bigint;
begin
  select coalesce(z.audit_since, '-infinity') into v_from
  from schnittwerk_core.salon_state z
  where z.salon_id = p_salon_id;
  if not p_is_dry_run then
    v_until := schnittwerk_core.few_until('audit', p_salon_id, p_before);
  end if;
  select count(*) into v_entries
  from schnittwerk_core.audit a
  where a.salon_id = p_salon_id and a.occurred_at < v_until;
  if v_entries = 0 or p_is_dry_run then
    return v_entries;
  end if;
  update schnittwerk_core.salon_state z
  set audit_since = greatest(z.audit_since, v_until)
  where z.salon_id = p_salon_id;
  delete from schnittwerk_core.journal_personal p
  where p.salon_id = p_salon_id and p.occurred_at >= v_from and p.occurred_at < v_until
    and (num_nonnulls(p.reason, p.override_reason) = 0 or exists (
      select from schnittwerk_core.journal j
      where j.salon_id = p.salon_id and j.occurred_at = p.occurred_at and j.id = p.journal_id
        and j.table_name <> 'appointments'
    ));
  update schnittwerk_core.journal_personal p
  set before = null, after = null
  where p.salon_id = p_salon_id and p.occurred_at >= v_from and p.occurred_at < v_until
    and num_nonnulls(p.before, p.after) > 0;
  perform schnittwerk_core.let_go(p_salon_id, v_from, v_until);
  return v_entries;
end
$$;

comment on function schnittwerk_core.delete_audit(uuid, timestamptz, boolean) is
  'Releases about 10000 entries of the audit trail from before an instant and returns how many; none if the instant is null. Deletes their personal values, except the reasons in the history of appointments, and the entries themselves unless something else needs them.';

revoke execute on function schnittwerk_core.delete_audit from public;
-- end include

commit;
