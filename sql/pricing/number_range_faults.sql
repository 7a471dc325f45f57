create function schnittwerk_core.number_range_faults(p_path text, p_range jsonb, p_most int)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_range, '{min,max}')
  || case when jsonb_typeof(p_range) = 'object' then array[
    schnittwerk_core.fault(
      p_path, num_nulls(p_range ->> 'min', p_range ->> 'max') = 2, 'required',
      p_path || ' must have min, max or both'),
    schnittwerk_core.json_decimal_fault(
      p_path || '.min', p_range -> 'min', 0, p_most, false),
    coalesce(
      schnittwerk_core.json_decimal_fault(
        p_path || '.max', p_range -> 'max', 0, p_most, false),
      schnittwerk_core.fault(
        p_path || '.max',
        coalesce(
          schnittwerk_core.json_number(p_range -> 'max')
            <= coalesce(schnittwerk_core.json_number(p_range -> 'min'), 0),
          false
        ),
        'out_of_range',
        format('%s.max must be greater than %s', p_path, coalesce(
          schnittwerk_core.json_number(p_range -> 'min'), 0)))
    )
  ] end;

comment on function schnittwerk_core.number_range_faults(text, jsonb, int) is
  'The faults of a range of numbers {"min", "max"} from 0 to p_most, one of which may be absent. max is not part of the range, so it must be greater than min.';

revoke execute on function schnittwerk_core.number_range_faults from public;
