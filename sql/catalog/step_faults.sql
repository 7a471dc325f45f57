create function schnittwerk_core.step_faults(p_path text, p_steps jsonb)
returns jsonb[]
language sql
stable
parallel safe
return array(
  select schnittwerk_core.json_fault(p_path, p_steps, 'array')
  union all
  select f.fault
  from schnittwerk_core.list_items(p_path, p_steps) i
  cross join lateral unnest(
    schnittwerk_core.object_faults(i.path, i.value, '{minutes,staff}')
    || array[
      schnittwerk_core.json_number_fault(i.path || '.minutes', i.value -> 'minutes', 1, 1440),
      schnittwerk_core.json_fault(i.path || '.staff', i.value -> 'staff', 'boolean', true)
    ]
  ) f (fault)
  union all
  select schnittwerk_core.fault(
    p_path,
    s.count not between 1 and 24 or s.minutes > 1440 or not s.begins_and_ends_with_staff,
    'impossible_steps',
    p_path || ' must be 1 to 24 steps, the first and the last with staff, of 1440 minutes at most'
  )
  from (
    select
      count(*) as count,
      sum(schnittwerk_core.json_number(i.value -> 'minutes')) as minutes,
      bool_and(i.value -> 'staff' = 'true') filter (where 1 in (i.n, i.n_from_end))
        as begins_and_ends_with_staff
    from (
      select i.value, i.n, row_number() over (order by i.n desc) as n_from_end
      from schnittwerk_core.list_items(p_path, p_steps) i
    ) i
  ) s
  where jsonb_typeof(p_steps) = 'array'
);

comment on function schnittwerk_core.step_faults(text, jsonb) is
  'The faults of steps in JSON, [{"minutes", "staff"}]; null has none.';

revoke execute on function schnittwerk_core.step_faults from public;

create function schnittwerk_core.json_steps(p_steps jsonb)
returns schnittwerk_core.step[]
language sql
stable
parallel safe
return (
  select array_agg(
    row((s.value ->> 'minutes')::numeric::int, (s.value -> 'staff')::boolean)::schnittwerk_core.step
    order by s.n)
  from jsonb_array_elements(case jsonb_typeof(p_steps) when 'array' then p_steps else '[]' end)
    with ordinality s (value, n)
);

comment on function schnittwerk_core.json_steps(jsonb) is
  'The steps of a JSON list that has no step_faults; null for null.';

revoke execute on function schnittwerk_core.json_steps from public;
