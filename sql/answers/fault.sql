create function schnittwerk_core.fault(p_path text, p_is_bad boolean, p_code text, p_message text)
returns jsonb
language sql
stable
parallel safe
return case when coalesce(p_is_bad, true) then jsonb_build_object(
  'path', jsonb_build_array(p_path), 'code', p_code, 'message', p_message
) end;

comment on function schnittwerk_core.fault(text, boolean, text, text) is
  'One fault of an argument as {"path", "code", "message"}, or null when p_is_bad is false.';

revoke execute on function schnittwerk_core.fault from public;
