create function schnittwerk_core.price_fault(
  p_path text, p_value numeric, p_is_required boolean default true
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
  end if;
  return coalesce(
    schnittwerk_core.number_fault(p_path, p_value, 0, 99999999.99, p_is_required),
    schnittwerk_core.fault(
      p_path, p_value is not null and p_value <> round(p_value, 2),
      'too_precise', p_path || ' must have at most two decimals')
  );
end
$$;

comment on function schnittwerk_core.price_fault(text, numeric, boolean) is
  'The fault of an amount of money: missing, negative, too large, or finer than two decimals.';

revoke execute on function schnittwerk_core.price_fault from public;
