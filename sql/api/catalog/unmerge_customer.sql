create function schnittwerk_core.unmerge_customer(p_merge_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'unmerge_customer', p_salon_id, '{admin}');
  v_merge schnittwerk_core.customer_merge;
  v_changes schnittwerk_core.merge_change[];
  v_customer schnittwerk_core.customers;
  v_kept schnittwerk_core.customers;
  v_old jsonb;
  v_filled schnittwerk_core.merge_change;
  v_taken_back text[];
  v_moved_ids uuid[];
  v_restored uuid[];
  v_returned jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    -- by which forget_filled tells what this call changes
    v_caller.operation_id := schnittwerk_core.new_id();
    v_caller := schnittwerk_core.check_call(
      v_caller, schnittwerk_core.required_fault('p_merge_id', p_merge_id is null));
  end if;
  if v_caller.answer is null then
    begin
      select m.* into v_merge
      from schnittwerk_core.customer_merge m
      where m.salon_id = v_caller.salon_id and m.merged_id = p_merge_id;
      if not found then
        perform schnittwerk_core.refuse(
          'not_found', 'No customer with this id has been merged into another');
      end if;
      -- The order in which all calls lock: customers, appointments, resources, waitlist entries.
      select c.* into v_kept
      from schnittwerk_core.customers c
      where c.salon_id = v_merge.salon_id and c.id = v_merge.kept_id
      for update;
      if not found then
        perform schnittwerk_core.refuse('wrong_status', format(
          'The customer was merged into %s, who was merged in turn: undo that first, by unmerge_customer',
          v_merge.kept_id));
      end if;
      perform schnittwerk_core.take_turn(v_merge.salon_id, v_kept.id);
      perform schnittwerk_core.lock_of_customers(v_merge.salon_id, array[v_kept.id]);
      -- where nobody else has undone it
      delete from schnittwerk_core.customer_merge m
      where m.salon_id = v_merge.salon_id and m.merged_id = p_merge_id
        and m.kept_id = v_merge.kept_id and m.merged_at = v_merge.merged_at;
      if not found then
        perform schnittwerk_core.refuse(
          'not_found', 'No customer with this id has been merged into another');
      end if;

      v_changes := schnittwerk_core.merge_changes(v_merge);
      select c.before into v_old
      from unnest(v_changes) c
      where c.table_name = 'customers' and c.kind = 'deleted';
      if v_old ->> 'full_name' is null
        or schnittwerk_core.is_past_audit(v_merge.salon_id, v_merge.merged_at)
      then
        perform schnittwerk_core.refuse('no_longer_kept', format(
          'The merge of %s cannot be undone: what it changed has been erased, or retention_audit_days has passed',
          schnittwerk_core.utc_text(v_merge.merged_at)));
      end if;

      select c.* into v_filled
      from unnest(v_changes) c
      where c.table_name = 'customers' and c.kind = 'updated';
      v_taken_back := array(
        select f.key
        from unnest(array['email', 'notes', 'phone', 'profile_id']) f (key)
        where to_jsonb(v_kept) -> f.key = v_filled.after -> f.key
          -- of the personal values the journal has those that changed
          and (f.key <> 'profile_id' or v_filled.before ? f.key)
      );
      update schnittwerk_core.customers c
      set
        email = case when 'email' = any (v_taken_back) then v_filled.before ->> 'email'
          else c.email end,
        email_is_own = case when 'email' = any (v_taken_back)
          then coalesce((v_filled.before ->> 'email_is_own')::boolean, c.email_is_own)
          else c.email_is_own end,
        phone = case when 'phone' = any (v_taken_back) then v_filled.before ->> 'phone'
          else c.phone end,
        notes = case when 'notes' = any (v_taken_back) then v_filled.before ->> 'notes'
          else c.notes end,
        profile_id = case when 'profile_id' <> all (v_taken_back) then c.profile_id end
      where c.salon_id = v_kept.salon_id and c.id = v_kept.id and v_taken_back <> '{}'
      returning c.* into v_kept;
      if not found then
        select c.* into strict v_kept
        from schnittwerk_core.customers c
        where c.salon_id = v_merge.salon_id and c.id = v_merge.kept_id;
      end if;
      insert into schnittwerk_core.customers as c (
        salon_id, id, profile_id, full_name, email, email_is_own, phone, notes, created_at
      )
      select
        v_merge.salon_id, p_merge_id, (
          select p.id
          from schnittwerk_core.profiles p
          where p.salon_id = v_merge.salon_id and p.id = o.profile_id and not exists (
            select from schnittwerk_core.customers other
            where other.salon_id = p.salon_id and other.profile_id = p.id
          )
        ), o.full_name, o.email, o.email_is_own, o.phone, o.notes, o.created_at
      from jsonb_populate_record(null::schnittwerk_core.customers, v_old) o
      returning c.* into v_customer;

      v_moved_ids := array(
        select (c.row_key ->> 'id')::uuid
        from unnest(v_changes) c
        where c.table_name in ('appointments', 'hold', 'waitlist')
          and c.before ->> 'customer_id' = p_merge_id::text
          -- used since, for an appointment that stays with the kept customer
          and not exists (
            select from schnittwerk_core.hold h
            where h.salon_id = v_merge.salon_id and h.id = (c.row_key ->> 'id')::uuid
              and c.table_name = 'hold' and c.after ->> 'appointment_id' is null
              and h.appointment_id is not null
          )
      );
      v_restored := schnittwerk_core.restorable_entries(v_merge, v_changes);
      v_returned := schnittwerk_core.give_to_customer(
        v_merge.salon_id, v_kept.id, p_merge_id, v_moved_ids);
      -- What was answered in the meantime.
      perform schnittwerk_core.give_operations(
        v_merge.salon_id, v_kept.id, p_merge_id, v_moved_ids || array(
          select a.visit_id
          from schnittwerk_core.appointments a
          where a.salon_id = v_merge.salon_id and a.customer_id = p_merge_id
            and a.visit_id is not null
        ));
      update schnittwerk_core.waitlist w
      set status = 'active'
      where w.salon_id = v_merge.salon_id and w.id = any (v_restored)
        and not exists (
          select from schnittwerk_core.waitlist o
          where o.salon_id = w.salon_id and o.customer_id = w.customer_id
            and o.service_id = w.service_id and o.status in ('active', 'notified')
        );
      v_restored := array(
        select w.id
        from schnittwerk_core.waitlist w
        where w.salon_id = v_merge.salon_id and w.id = any (v_restored) and w.status = 'active'
        order by w.id
      );
      perform schnittwerk_core.take_contact_back(v_merge, v_changes);
      perform schnittwerk_core.forget_filled(v_merge, v_changes, v_caller.operation_id);

      v_caller.answer :=
        schnittwerk_core.success('customer', schnittwerk_core.customer_json(v_customer))
        || jsonb_build_object(
          'kept', schnittwerk_core.customer_json(v_kept),
          'unmerged', v_returned || jsonb_build_object(
            'merged_at', schnittwerk_core.utc_text(v_merge.merged_at),
            'restored_entry_ids', to_jsonb(v_restored),
            'taken_back', to_jsonb(v_taken_back),
            'elsewhere', (
              select count(*)
              from unnest(v_changes) c
              where c.table_name in ('appointments', 'hold', 'waitlist')
                and c.before ->> 'customer_id' = p_merge_id::text
            ) - (v_returned ->> 'appointments')::int
              - (v_returned ->> 'holds')::int - (v_returned ->> 'waitlist_entries')::int
          )
        );
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.unmerge_customer(uuid, uuid) is
  'Engine of schnittwerk.unmerge_customer.';

revoke execute on function schnittwerk_core.unmerge_customer from public;
grant execute on function schnittwerk_core.unmerge_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.unmerge_customer(p_merge_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.unmerge_customer(p_merge_id, p_salon_id);

comment on function schnittwerk.unmerge_customer(uuid, uuid) is
  'Undoes merge_customers: p_merge_id is a customer again, as they were, and gets back what the merge moved and the kept customer still has; what the kept customer took over and nobody has changed since is taken back, and waitlist entries that the merge ended are open again where their dates have not passed and the customer has no other for the service. What was booked since stays with the kept customer. Answers {"customer", "kept", "unmerged": {"merged_at", "appointments", "visits", "holds", "fees", "waitlist_entries" (numbers returned), "restored_entry_ids", "taken_back", "elsewhere" (how many of what was moved stay with whoever has them now)}}. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, wrong_status (the kept customer was merged, too), already_exists (another customer has the e-mail address now), no_longer_kept (erased, or past retention_audit_days).';

revoke execute on function schnittwerk.unmerge_customer from public;
grant execute on function schnittwerk.unmerge_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
