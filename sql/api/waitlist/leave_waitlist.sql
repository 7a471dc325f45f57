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
  v_change record;
  v_locked record;
  v_entry schnittwerk_core.waitlist;
begin
  v_change := schnittwerk_core.begin_entry_change(
    'leave_waitlist', p_idempotency_key, p_entry_id, p_salon_id);
  if v_change.answer is not null then
    return v_change.answer;
  end if;
  v_locked := schnittwerk_core.lock_entry(v_change.entry);
  v_entry := v_locked.entry;
  if not schnittwerk_core.may_become('waitlist_entry', v_entry.status, 'cancelled') then
    return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.failure(
      'wrong_status', 'The waitlist entry is ' || v_entry.status));
  end if;

  update schnittwerk_core.waitlist w
  set status = 'cancelled'
  where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
  -- one that has expired, or was made meanwhile, ends too; process_waitlist hands its slot on
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
  return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.success(
    'waitlist_entry', schnittwerk_core.waitlist_json(v_entry)));
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
return schnittwerk_core.log_write('leave_waitlist', p_salon_id, schnittwerk_core.leave_waitlist(
  p_idempotency_key, p_entry_id, p_salon_id
));

comment on function schnittwerk.leave_waitlist(text, uuid, uuid) is
  'Takes an entry off the waitlist, hands on what it was offered, and answers {"waitlist_entry"}. p_idempotency_key as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.leave_waitlist from public;
grant execute on function schnittwerk.leave_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
