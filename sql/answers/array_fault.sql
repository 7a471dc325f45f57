create function schnittwerk_core.array_fault(p_path text, p_array anyarray, p_most int)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when cardinality(p_array) > p_most
      then schnittwerk_core.fault(
        p_path, true, 'too_many', format('%s must have at most %s items', p_path, p_most))
    when array_ndims(p_array) > 1
      then schnittwerk_core.fault(
        p_path, true, 'not_a_list', p_path || ' must be a list, not a table')
    when array_position(p_array, null) is not null
      then schnittwerk_core.fault(p_path, true, 'required', p_path || ' must not contain null')
  end;
end
$$;

comment on function schnittwerk_core.array_fault(text, anyarray, int) is
  'The fault of an array: more than p_most items, more than one dimension, or null items. A null array has no fault.';

revoke execute on function schnittwerk_core.array_fault from public;
