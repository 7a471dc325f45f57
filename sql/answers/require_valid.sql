create function schnittwerk_core.require_valid(variadic p_faults jsonb[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_failure constant jsonb := schnittwerk_core.invalid_input(p_faults);
begin
  if v_failure is not null then
    perform schnittwerk_core.refuse('invalid_input', v_failure ->> 'details');
  end if;
end
$$;

comment on function schnittwerk_core.require_valid(jsonb[]) is
  'Refuses with invalid_input unless every fault is null.';

revoke execute on function schnittwerk_core.require_valid from public;
