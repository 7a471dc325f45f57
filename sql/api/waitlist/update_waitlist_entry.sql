create function schnittwerk_core.update_waitlist_entry(
  p_idempotency_key text, p_entry_id uuid, p_changes jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'update_waitlist_entry', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    if v_caller.answer is null and p_changes ? 'priority'
      and not schnittwerk_core.is_of_salon(v_caller)
    then
      v_caller.answer := schnittwerk_core.failure(
        'forbidden', 'Only the salon team sets a priority');
    end if;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_entry_id, p_changes),
      variadic schnittwerk_core.required_fault('p_entry_id', p_entry_id is null)
        || schnittwerk_core.waitlist_change_faults(p_changes));
  end if;
  if v_caller.answer is null then
    begin
      v_entry := schnittwerk_core.require_entry(v_caller, p_entry_id);
      v_caller.customer_id := v_entry.customer_id;
      -- The staff asked for as a booking locks them: see join_waitlist.
      v_entry := (schnittwerk_core.lock_entry(v_entry, (p_changes ->> 'staff_id')::uuid)).entry;
      if not v_entry.status in ('active', 'notified') then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The waitlist entry is ' || v_entry.status);
      end if;

      v_entry := jsonb_populate_record(v_entry, p_changes);
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.waitlist_faults('p_changes.', v_entry));
      if p_changes ->> 'staff_id' is not null then
        perform schnittwerk_core.require_staff(v_entry.salon_id, array[v_entry.staff_id]);
        if not v_entry.staff_id = any (
          schnittwerk_core.performers(v_entry.salon_id, v_entry.service_id)
        ) then
          perform schnittwerk_core.refuse('service_not_offered');
        end if;
      end if;

      update schnittwerk_core.waitlist w
      set
        staff_id = v_entry.staff_id,
        preferred_start_date = v_entry.preferred_start_date,
        preferred_end_date = v_entry.preferred_end_date,
        preferred_times = v_entry.preferred_times,
        preferred_days = v_entry.preferred_days,
        priority = v_entry.priority,
        notes = v_entry.notes
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id
      returning w.* into v_entry;
      v_caller.answer := schnittwerk_core.success(
        'waitlist_entry', schnittwerk_core.waitlist_json(v_entry));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.update_waitlist_entry(text, uuid, jsonb, uuid) is
  'Engine of schnittwerk.update_waitlist_entry.';

revoke execute on function schnittwerk_core.update_waitlist_entry from public;
grant execute on function schnittwerk_core.update_waitlist_entry
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.update_waitlist_entry(
  p_idempotency_key text, p_entry_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.update_waitlist_entry(p_idempotency_key, p_entry_id, p_changes, p_salon_id);

comment on function schnittwerk.update_waitlist_entry(text, uuid, jsonb, uuid) is
  'Changes a waitlist entry that still waits. Answers {"waitlist_entry"}. An open offer stays. p_idempotency_key: as for create_booking. p_changes: an object with any of staff_id, preferred_start_date, preferred_end_date, preferred_times, preferred_days, priority (the salon team only) and notes, as for join_waitlist. What is absent stays, null clears. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, service_not_offered.';

revoke execute on function schnittwerk.update_waitlist_entry from public;
grant execute on function schnittwerk.update_waitlist_entry
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
