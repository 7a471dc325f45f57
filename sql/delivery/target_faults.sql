create function schnittwerk_core.target_faults(p_targets jsonb)
returns jsonb[]
language sql
stable
return schnittwerk_core.json_fault('p_targets', p_targets, 'array', true) || array(
  select f.fault
  from schnittwerk_core.list_items('p_targets', p_targets) t
  cross join lateral unnest(
    schnittwerk_core.object_faults(t.path, t.value, '{name,channel,events}')
    || schnittwerk_core.json_fault(t.path || '.name', t.value -> 'name', 'string', true)
    || schnittwerk_core.line_fault(t.path || '.name', t.value ->> 'name', 100, false)
    || schnittwerk_core.fault(
      t.path || '.channel',
      not coalesce(t.value ->> 'channel' in ('email', 'sms', 'chat', 'webhook'), false),
      'unknown_channel', t.path || '.channel must be email, sms, chat or webhook')
    || schnittwerk_core.json_fault(t.path || '.events', t.value -> 'events', 'array')
    || array(
      select coalesce(
        schnittwerk_core.json_fault(e.path, e.value, 'string', true),
        schnittwerk_core.text_fault(e.path, e.value #>> '{}', 100)
      )
      from schnittwerk_core.list_items(t.path || '.events', t.value -> 'events') e
    )
  ) f (fault)
);

comment on function schnittwerk_core.target_faults(jsonb) is
  'The faults of a list of relay targets, all at once.';

revoke execute on function schnittwerk_core.target_faults from public;
