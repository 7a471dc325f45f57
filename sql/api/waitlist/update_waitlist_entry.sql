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
  v_change record;
  v_locked record;
  v_entry schnittwerk_core.waitlist;
  v_detail text;
begin
  v_change := schnittwerk_core.begin_entry_change(
    'update_waitlist_entry', p_idempotency_key, p_entry_id, p_salon_id, p_changes
  );
  if v_change.answer is not null then
    return v_change.answer;
  end if;
  v_locked := schnittwerk_core.lock_entry(v_change.entry);
  v_entry := v_locked.entry;
  if not v_entry.status in ('active', 'notified') then
    return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.failure(
      'wrong_status', 'The waitlist entry is ' || v_entry.status));
  end if;

  v_entry := jsonb_populate_record(v_entry, p_changes);
  begin
    perform schnittwerk_core.require_valid(
      variadic schnittwerk_core.waitlist_faults('p_changes.', v_entry));
  exception when sqlstate 'PT000' then
    get stacked diagnostics v_detail = pg_exception_detail;
    return schnittwerk_core.abandon_operation(v_change.operation, v_detail, sqlerrm);
  end;
  if p_changes ->> 'staff_id' is not null then
    if not exists (
      select from schnittwerk_core.staff m
      where m.salon_id = v_entry.salon_id and m.id = v_entry.staff_id
    ) then
      return schnittwerk_core.abandon_operation(
        v_change.operation, 'There is no such member of staff');
    end if;
    if not v_entry.staff_id = any (
      schnittwerk_core.performers(v_entry.salon_id, v_entry.service_id)
    ) then
      return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.failure(
        'service_not_offered', null, '{"error": "Waitlist entry failed"}'));
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
  return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.success(
    'waitlist_entry', schnittwerk_core.waitlist_json(v_entry)));
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
return schnittwerk_core.log_write(
  'update_waitlist_entry', p_salon_id,
  schnittwerk_core.update_waitlist_entry(
    p_idempotency_key, p_entry_id, p_changes, p_salon_id
  )
);

comment on function schnittwerk.update_waitlist_entry(text, uuid, jsonb, uuid) is
  'Changes a waitlist entry that waits and answers {"waitlist_entry"}. p_idempotency_key as for create_booking; p_changes: staff_id, preferred_start_date, preferred_end_date, preferred_times, preferred_days, priority (the salon''s people only), notes, as for join_waitlist; absent = keep, null = clear. An open offer stays. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, service_not_offered.';

revoke execute on function schnittwerk.update_waitlist_entry from public;
grant execute on function schnittwerk.update_waitlist_entry
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
