create function schnittwerk_core.clear_fault(p_clear text[], p_id uuid, p_clearable jsonb)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.array_fault('p_clear', p_clear, 100),
  (
    select schnittwerk_core.fault('p_clear', true, 'unknown_parameter', format(
      'p_clear cannot empty "%s"; it may name %s', left(min(c.name), 100), coalesce(
        (select string_agg(k.name, ', ') from jsonb_object_keys(p_clearable) k (name)),
        'nothing'
      )
    ))
    from unnest(p_clear) c (name)
    where not p_clearable ? c.name
    having count(*) > 0
  ),
  (
    select schnittwerk_core.fault('p_clear', true, 'given_too', format(
      'p_clear names %s, which has a value in this call too: leave one of the two out', min(c.name)
    ))
    from unnest(p_clear) c (name)
    where p_clearable -> c.name <> 'null'
    having count(*) > 0
  ),
  case when cardinality(p_clear) > 0 then schnittwerk_core.fault(
    'p_clear', p_id is null, 'without_id',
    'p_clear empties what is saved already: pass p_id, or leave p_clear out'
  ) end
);

comment on function schnittwerk_core.clear_fault(text[], uuid, jsonb) is
  'The fault of p_clear, the names of the parameters that a change of the thing with p_id empties. p_clearable: the parameters that may be emptied, each with the value that the caller gave for it.';

revoke execute on function schnittwerk_core.clear_fault from public;
