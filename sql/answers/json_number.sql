create function schnittwerk_core.json_number(p_value jsonb)
returns numeric
language sql
immutable
parallel safe
return case when jsonb_typeof(p_value) = 'number' then (p_value #>> '{}')::numeric end;

comment on function schnittwerk_core.json_number(jsonb) is
  'The value of a JSON number; null for anything else.';

revoke execute on function schnittwerk_core.json_number from public;
