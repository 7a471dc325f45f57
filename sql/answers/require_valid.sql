create function schnittwerk_core.require_valid(variadic p_faults jsonb[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if num_nonnulls(variadic p_faults) > 0 then
    perform schnittwerk_core.refuse(
      'invalid_input', schnittwerk_core.invalid_input(p_faults) ->> 'details');
  end if;
end
$$;

comment on function schnittwerk_core.require_valid(jsonb[]) is
  'Refuses with invalid_input unless every fault is null.';

revoke execute on function schnittwerk_core.require_valid from public;
