create function schnittwerk_core.required_fault(p_path text, p_is_missing boolean)
returns jsonb
language sql
stable
parallel safe
return schnittwerk_core.fault(p_path, p_is_missing, 'required', p_path || ' is required');

comment on function schnittwerk_core.required_fault(text, boolean) is
  'The fault of an argument that is missing.';

revoke execute on function schnittwerk_core.required_fault from public;
