create function schnittwerk_core.object_faults(p_path text, p_value jsonb, p_known_keys text[])
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.json_fault(p_path, p_value, 'object', true) || array(
  select schnittwerk_core.fault(
    p_path || '.' || left(k.key, 100), true, 'unknown_key',
    format('%s has no key "%s"; it may have %s',
      p_path, left(k.key, 100), array_to_string(p_known_keys, ', ')))
  from jsonb_object_keys(
    case when jsonb_typeof(p_value) = 'object' then p_value else '{}' end
  ) k (key)
  where not k.key = any (p_known_keys)
);

comment on function schnittwerk_core.object_faults(text, jsonb, text[]) is
  'The faults of a JSON object itself: missing, not an object, or with unknown keys.';

revoke execute on function schnittwerk_core.object_faults from public;
