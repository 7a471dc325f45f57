create function schnittwerk_core.holiday_change_faults(p_changes jsonb)
returns jsonb[]
language sql
stable
return schnittwerk_core.object_faults('p_changes', p_changes, (
  '{name,date,end_date,type,description,is_recurring,recurring_month,recurring_day,'
  || 'affects_all_staff,staff_ids}')::text[])
  || array(
    select schnittwerk_core.json_fault('p_changes.' || k.key, p_changes -> k.key, k.type)
    from (
      values
        ('name', 'string'), ('date', 'date'), ('end_date', 'date'), ('type', 'string'),
        ('description', 'string'), ('is_recurring', 'boolean'), ('affects_all_staff', 'boolean'),
        ('staff_ids', 'array')
    ) k (key, type)
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_number_fault(
      'p_changes.' || k.key, p_changes -> k.key, 1, k.most, false)
    from (values ('recurring_month', 12), ('recurring_day', 31)) k (key, most)
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_fault(i.path, i.value, 'uuid', true)
    from schnittwerk_core.list_items('p_changes.staff_ids', p_changes -> 'staff_ids') i
  );

comment on function schnittwerk_core.holiday_change_faults(jsonb) is
  'The faults of the changes to a holiday as JSON: unknown keys and values of the wrong type.';

revoke execute on function schnittwerk_core.holiday_change_faults from public;
