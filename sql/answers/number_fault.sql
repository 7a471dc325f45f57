create function schnittwerk_core.number_fault(
  p_path text, p_value numeric, p_least numeric, p_most numeric, p_is_required boolean default true
)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_value is null and not p_is_required then
    return null;
  elsif p_value is null then
    return schnittwerk_core.fault(p_path, true, 'required', p_path || ' is required');
  elsif p_value not between p_least and p_most then
    return schnittwerk_core.fault(
      p_path, true, 'out_of_range', format('%s must be from %s to %s', p_path, p_least, p_most));
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.number_fault(text, numeric, numeric, numeric, boolean) is
  'The fault of a numeric argument: missing, or outside p_least to p_most (both allowed; NaN is outside).';

revoke execute on function schnittwerk_core.number_fault from public;
