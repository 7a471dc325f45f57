create function schnittwerk_core.leave_waitlist(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'leave_waitlist', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_locked record;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_entry_id),
      schnittwerk_core.required_fault('p_entry_id', p_entry_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_entry := schnittwerk_core.require_entry(v_caller, p_entry_id);
      v_caller.customer_id := v_entry.customer_id;
      v_locked := schnittwerk_core.lock_entry(v_entry);
      v_entry := v_locked.entry;
      if not schnittwerk_core.may_become('waitlist_entry', v_entry.status, 'cancelled') then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The waitlist entry is ' || v_entry.status);
      end if;

      update schnittwerk_core.waitlist w
      set status = 'cancelled'
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
      -- An offer that has expired or was made in the meantime ends, too. process_waitlist then
      -- offers its slot to the next.
      perform schnittwerk_core.end_offer(o, 'withdrawn', 'cancelled')
      from schnittwerk_core.waitlist_offer o
      where o.salon_id = v_entry.salon_id and o.entry_id = v_entry.id and o.status = 'open';
      if (v_locked.offer).id is not null then
        perform schnittwerk_core.offer_freed_time(
          v_entry.salon_id, array[(v_locked.offer).staff_id]);
      end if;
      select w.* into v_entry
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
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

comment on function schnittwerk_core.leave_waitlist(text, uuid, uuid) is
  'Engine of schnittwerk.leave_waitlist.';

revoke execute on function schnittwerk_core.leave_waitlist from public;
grant execute on function schnittwerk_core.leave_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.leave_waitlist(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.leave_waitlist(p_idempotency_key, p_entry_id, p_salon_id);

comment on function schnittwerk.leave_waitlist(text, uuid, uuid) is
  'Takes an entry off the waitlist and offers its slot, if one is held for it, to the next. Answers {"waitlist_entry"}. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.leave_waitlist from public;
grant execute on function schnittwerk.leave_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
