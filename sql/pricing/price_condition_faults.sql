create function schnittwerk_core.price_condition_faults(
  p_path text, p_conditions jsonb, p_kind text
)
returns jsonb[]
language sql
stable
parallel safe
return (
  select
    schnittwerk_core.object_faults(
      p_path, p_conditions,
      '{services,staff,days,times,lead_hours,booked_percent}'::text[]
      || case when p_kind in ('time', 'lead_time', 'demand') then '{}'::text[]
        else '{code,first_visit,max_uses,max_uses_per_customer}' end)
    || array(
      select coalesce(
        schnittwerk_core.json_fault(p_path || '.' || l.key, s.given -> l.key, 'array'),
        schnittwerk_core.fault(
          p_path || '.' || l.key,
          case when jsonb_typeof(s.given -> l.key) = 'array'
            then jsonb_array_length(s.given -> l.key) not between 1 and l.most else false end,
          'out_of_range', format('%s.%s must have 1 to %s items', p_path, l.key, l.most))
      )
      from (values ('services', 200), ('staff', 200), ('days', 7), ('times', 24)) l (key, most)
    )
    || array(
      select schnittwerk_core.json_fault(i.path, i.value, 'uuid', true)
      from (values ('services'), ('staff')) l (key)
      cross join lateral schnittwerk_core.list_items(
        p_path || '.' || l.key, s.given -> l.key) i
    )
    || array(
      select schnittwerk_core.json_number_fault(i.path, i.value, 0, 6)
      from schnittwerk_core.list_items(p_path || '.days', s.given -> 'days') i
    )
    || array(
      select f.fault
      from schnittwerk_core.list_items(p_path || '.times', s.given -> 'times') i
      cross join lateral unnest(schnittwerk_core.window_faults(i.path, i.value)) f (fault)
    )
    -- 730 days: nothing can be booked further ahead.
    || case when s.given ? 'lead_hours' then schnittwerk_core.number_range_faults(
      p_path || '.lead_hours', s.given -> 'lead_hours', 17520) end
    || case when s.given ? 'booked_percent' then schnittwerk_core.number_range_faults(
      p_path || '.booked_percent', s.given -> 'booked_percent', 100) end
    || array[
      coalesce(
        schnittwerk_core.json_fault(p_path || '.code', s.given -> 'code', 'string'),
        schnittwerk_core.fault(
          p_path || '.code',
          coalesce(
            schnittwerk_core.promotion_code(s.given ->> 'code') !~ '^[A-Z0-9_-]{5,50}$', false),
          'invalid_code', p_path || '.code must have 5 to 50 letters, digits, - or _')
      ),
      coalesce(
        schnittwerk_core.json_fault(
          p_path || '.first_visit', s.given -> 'first_visit', 'boolean'),
        schnittwerk_core.fault(
          p_path || '.first_visit', coalesce(s.given -> 'first_visit' = 'false', false),
          'out_of_range', p_path || '.first_visit must be true, or be left out')
      ),
      schnittwerk_core.json_number_fault(
        p_path || '.max_uses', s.given -> 'max_uses', 1, 1000000, false),
      schnittwerk_core.json_number_fault(
        p_path || '.max_uses_per_customer', s.given -> 'max_uses_per_customer', 1, 1000, false)
    ]
  from (
    select jsonb_strip_nulls(
      case when jsonb_typeof(p_conditions) = 'object' then p_conditions else '{}' end) as given
  ) s
);

comment on function schnittwerk_core.price_condition_faults(text, jsonb, text) is
  'The faults of the conditions of a price rule that can be found without the salon''s data; a null condition counts as absent. p_kind: only promotions may have conditions on codes and uses; null means not known yet.';

revoke execute on function schnittwerk_core.price_condition_faults from public;
