create function schnittwerk_core.waitlist_change_faults(p_changes jsonb)
returns jsonb[]
language sql
stable
return schnittwerk_core.object_faults('p_changes', p_changes, (
  '{staff_id,preferred_start_date,preferred_end_date,preferred_times,preferred_days,priority,'
  || 'notes}')::text[])
  || array(
    select schnittwerk_core.json_fault('p_changes.' || k.key, p_changes -> k.key, k.type)
    from (
      values
        ('staff_id', 'uuid'), ('preferred_start_date', 'date'), ('preferred_end_date', 'date'),
        ('preferred_times', 'array'), ('preferred_days', 'array'), ('notes', 'string')
    ) k (key, type)
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_number_fault(
      'p_changes.priority', p_changes -> 'priority', 0, 10, p_changes ? 'priority')
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_fault(i.path, i.value, 'time', true)
    from schnittwerk_core.list_items('p_changes.preferred_times', p_changes -> 'preferred_times') i
    union all
    select schnittwerk_core.json_number_fault(i.path, i.value, 0, 6)
    from schnittwerk_core.list_items('p_changes.preferred_days', p_changes -> 'preferred_days') i
  );

comment on function schnittwerk_core.waitlist_change_faults(jsonb) is
  'The faults of the changes to a waitlist entry as JSON: unknown keys and values of the wrong type.';

revoke execute on function schnittwerk_core.waitlist_change_faults from public;

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
