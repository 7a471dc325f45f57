create function schnittwerk_core.require_valid(variadic p_faults jsonb[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[];
  v_most constant int := 50;
begin
  if num_nonnulls(variadic p_faults) > 0 then
    v_faults := array_remove(p_faults, null);
    -- a short list can have many faults, each many times as long as its item
    if cardinality(v_faults) > v_most then
      v_faults := v_faults[:v_most - 1] || schnittwerk_core.fault(
        v_faults[v_most] #>> '{path,0}', true, 'more_faults',
        format('There are %s more faults, from here on', cardinality(v_faults) - v_most + 1));
    end if;
    perform schnittwerk_core.refuse('invalid_input', to_jsonb(v_faults)::text);
  end if;
end
$$;

comment on function schnittwerk_core.require_valid(jsonb[]) is
  'Refuses with invalid_input and all faults at once, unless every fault is null; of more than 50 it counts the rest.';

revoke execute on function schnittwerk_core.require_valid from public;
