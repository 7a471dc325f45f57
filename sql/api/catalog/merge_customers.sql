create function schnittwerk_core.merge_customers(
  p_keep_id uuid, p_merge_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'merge_customers', p_salon_id, '{admin,receptionist,staff}');
  v_pair constant uuid[] := array[p_keep_id, p_merge_id];
  v_kept schnittwerk_core.customers;
  v_merged schnittwerk_core.customers;
  v_notes text;
  v_count bigint;
  v_moved jsonb;
  v_ended uuid[];
  v_merged_at timestamptz;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    -- by which unmerge_customer tells what this call changes
    v_caller.operation_id := schnittwerk_core.new_id();
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_keep_id', p_keep_id is null),
      schnittwerk_core.required_fault('p_merge_id', p_merge_id is null),
      case when p_merge_id = p_keep_id then schnittwerk_core.fault(
        'p_merge_id', true, 'same_customer', 'p_merge_id must be another customer than p_keep_id')
      end
    );
  end if;
  if v_caller.answer is null then
    begin
      -- The order in which all calls lock: customers, appointments, resources, waitlist entries.
      perform from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = any (v_pair) and c.erased_at is null
      order by c.id
      for update;
      get diagnostics v_count = row_count;
      if v_count < 2 then
        perform schnittwerk_core.refuse('not_found', 'There is no such customer');
      end if;
      select c.* into strict v_kept
      from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_keep_id;
      select c.* into strict v_merged
      from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_merge_id;
      if num_nonnulls(v_kept.profile_id, v_merged.profile_id) = 2 then
        perform schnittwerk_core.refuse(
          'already_exists',
          'Both customers have a login: unlink one of them first, by save_customer with p_clear p_profile_id');
      end if;
      -- A booking that was judged without what the kept customer gets here fails.
      perform schnittwerk_core.take_turn(v_caller.salon_id, p_keep_id);
      perform schnittwerk_core.lock_of_customers(v_caller.salon_id, v_pair);

      insert into schnittwerk_core.customer_merge as m (salon_id, merged_id, kept_id)
      values (v_caller.salon_id, p_merge_id, p_keep_id)
      returning m.merged_at into v_merged_at;
      v_ended := schnittwerk_core.end_double_entries(v_caller.salon_id, v_pair);
      v_moved := schnittwerk_core.give_to_customer(v_caller.salon_id, p_merge_id, p_keep_id)
        || schnittwerk_core.give_contact(v_caller.salon_id, p_merge_id, p_keep_id);
      delete from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_merge_id;

      v_notes := case when strpos(v_kept.notes, v_merged.notes) > 0 then v_kept.notes
        else nullif(concat_ws(E'\n', v_kept.notes, v_merged.notes), '') end;
      if length(v_notes) > 2000 then
        v_notes := v_kept.notes;
      end if;
      update schnittwerk_core.customers c
      set
        email = coalesce(c.email, v_merged.email),
        email_is_own = case when c.email is null then v_merged.email_is_own else c.email_is_own end,
        phone = coalesce(c.phone, v_merged.phone),
        notes = v_notes,
        profile_id = coalesce(c.profile_id, v_merged.profile_id)
      where c.salon_id = v_caller.salon_id and c.id = p_keep_id
        and (c.email is null and v_merged.email is not null
          or c.phone is null and v_merged.phone is not null
          or c.profile_id is null and v_merged.profile_id is not null
          or c.notes is distinct from v_notes);
      v_moved := v_moved || jsonb_build_object(
        'merged_id', p_merge_id,
        'merged_at', schnittwerk_core.utc_text(v_merged_at),
        'ended_entry_ids', to_jsonb(v_ended),
        'filled', array_to_json(array_remove(array[
          case when v_kept.email is null and v_merged.email is not null then 'email' end,
          case when v_kept.phone is null and v_merged.phone is not null then 'phone' end,
          case when v_kept.notes is distinct from v_notes then 'notes' end,
          case when v_merged.profile_id is not null then 'profile_id' end
        ], null)),
        'dropped', array_to_json(array_remove(array[
          case when v_merged.full_name <> v_kept.full_name then 'full_name' end,
          case when lower(v_merged.email) <> lower(v_kept.email) then 'email' end,
          case when v_merged.phone <> v_kept.phone then 'phone' end,
          case when strpos(v_notes, v_merged.notes) = 0 then 'notes' end
        ], null))
      );
      select c.* into strict v_kept
      from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_keep_id;
      v_caller.answer :=
        schnittwerk_core.success('customer', schnittwerk_core.customer_json(v_kept))
        || jsonb_build_object('merged', v_moved);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.merge_customers(uuid, uuid, uuid) is
  'Engine of schnittwerk.merge_customers.';

revoke execute on function schnittwerk_core.merge_customers from public;
grant execute on function schnittwerk_core.merge_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.merge_customers(
  p_keep_id uuid, p_merge_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.merge_customers(p_keep_id, p_merge_id, p_salon_id);

comment on function schnittwerk.merge_customers(uuid, uuid, uuid) is
  'Makes one customer of two: p_keep_id gets the appointments, holds, fees, waitlist entries and consents of p_merge_id, who is removed, and the e-mail address, phone number and login where they have none; notes are joined if both fit. Of two open waitlist entries for one service the one with an open offer stays, else the older; a refused consent stays refused. No limit of bookings refuses it. Answers {"customer", "merged": {"merged_id", "merged_at", "appointments", "visits", "holds", "fees", "waitlist_entries", "consents" (numbers), "ended_entry_ids", "filled", "dropped" (what the kept customer took over, and what only the audit trail keeps)}}. unmerge_customer undoes it; an event customer.merged informs systems that have copies. For the salon team. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, already_exists (both have a login).';

revoke execute on function schnittwerk.merge_customers from public;
grant execute on function schnittwerk.merge_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
