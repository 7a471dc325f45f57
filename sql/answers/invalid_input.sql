create function schnittwerk_core.invalid_input(p_faults jsonb[])
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[];
  v_most constant int := 50;
begin
  if num_nonnulls(variadic p_faults) = 0 then
    return null;
  end if;
  v_faults := array_remove(p_faults, null);
  -- A short list can have many faults, and each can be many times as long as its item.
  if cardinality(v_faults) > v_most then
    v_faults := v_faults[:v_most - 1] || schnittwerk_core.fault(
      v_faults[v_most] #>> '{path,0}', true, 'more_faults',
      format('There are %s more faults, from here on', cardinality(v_faults) - v_most + 1));
  end if;
  return schnittwerk_core.failure('invalid_input', to_jsonb(v_faults)::text);
end
$$;

comment on function schnittwerk_core.invalid_input(jsonb[]) is
  'The failure invalid_input with all faults at once: the first 50, and how many more there are. Null if every fault is null.';

revoke execute on function schnittwerk_core.invalid_input from public;
