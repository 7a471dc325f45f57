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
  'The faults of changes to a waitlist entry in JSON: unknown keys, and values of the wrong type.';

revoke execute on function schnittwerk_core.waitlist_change_faults from public;
