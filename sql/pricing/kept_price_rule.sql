create function schnittwerk_core.kept_numbers(p_object jsonb)
returns jsonb
language sql
immutable
parallel safe
return (
  select jsonb_object_agg(
    r.key, to_jsonb(trim_scale(schnittwerk_core.json_number(r.value))))
  from jsonb_each(p_object) r
  where r.value <> 'null'
);

comment on function schnittwerk_core.kept_numbers(jsonb) is
  'The numbers of an object, such as {"min", "max"}, as they are stored: without needless zeros.';

revoke execute on function schnittwerk_core.kept_numbers from public;

create function schnittwerk_core.kept_price_rule(p_rule schnittwerk_core.price_rule)
returns schnittwerk_core.price_rule
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_given constant jsonb := jsonb_strip_nulls(coalesce(p_rule.conditions, '{}'));
begin
  p_rule.conditions := jsonb_strip_nulls(jsonb_build_object(
    'services', (
      select jsonb_agg(s.id order by s.id)
      from (
        select distinct i.value::uuid as id
        from jsonb_array_elements_text(v_given -> 'services') i (value)
      ) s
    ),
    'staff', (
      select jsonb_agg(s.id order by s.id)
      from (
        select distinct i.value::uuid as id
        from jsonb_array_elements_text(v_given -> 'staff') i (value)
      ) s
    ),
    'days', (
      select jsonb_agg(distinct i.value::int order by i.value::int)
      from jsonb_array_elements_text(v_given -> 'days') i (value)
    ),
    'times', (
      select jsonb_agg(
        jsonb_build_object(
          'start_time', schnittwerk_core.time_text(w.start_time),
          'end_time', schnittwerk_core.time_text(w.end_time))
        order by w.start_time, w.end_time)
      from (
        select distinct
          schnittwerk_core.json_time(i -> 'start_time') as start_time,
          schnittwerk_core.json_time(i -> 'end_time') as end_time
        from jsonb_array_elements(v_given -> 'times') i
      ) w
    ),
    'lead_hours', schnittwerk_core.kept_numbers(v_given -> 'lead_hours'),
    'booked_percent', schnittwerk_core.kept_numbers(v_given -> 'booked_percent'),
    'code', schnittwerk_core.promotion_code(v_given ->> 'code'),
    'first_visit', v_given -> 'first_visit',
    'max_uses', v_given -> 'max_uses',
    'max_uses_per_customer', v_given -> 'max_uses_per_customer'
  ));
  p_rule.adjustment := schnittwerk_core.kept_numbers(p_rule.adjustment);
  p_rule.priority := coalesce(p_rule.priority, 0);
  p_rule.is_active := coalesce(p_rule.is_active, true);
  return p_rule;
end
$$;

comment on function schnittwerk_core.kept_price_rule(schnittwerk_core.price_rule) is
  'A price rule without faults, as it is stored: lists sorted and without repetition, numbers without needless zeros, the code in upper case, and defaults for null.';

revoke execute on function schnittwerk_core.kept_price_rule from public;
