create function schnittwerk_core.json_number_fault(
  p_path text, p_value jsonb, p_least int, p_most int, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.json_fault(p_path, p_value, 'integer', p_is_required),
  schnittwerk_core.number_fault(
    p_path, schnittwerk_core.json_number(p_value), p_least, p_most, false)
);

comment on function schnittwerk_core.json_number_fault(text, jsonb, int, int, boolean) is
  'The fault of a whole number in JSON: missing, of another type, or outside p_least to p_most.';

revoke execute on function schnittwerk_core.json_number_fault from public;
