create function schnittwerk_core.text_fault(
  p_path text, p_value text, p_longest int default 200, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return case
  when p_value is null and not p_is_required then null
  when p_value is null or btrim(p_value) = ''
    then schnittwerk_core.fault(p_path, true, 'required', p_path || ' must not be empty')
  when length(p_value) > p_longest
    then schnittwerk_core.fault(
      p_path, true, 'too_long', format('%s must have at most %s characters', p_path, p_longest))
  when p_value ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]'
    then schnittwerk_core.fault(
      p_path, true, 'control_character', p_path || ' must not contain control characters')
end;

comment on function schnittwerk_core.text_fault(text, text, int, boolean) is
  'The fault of a text argument: missing, longer than p_longest characters, or with control characters (C0, delete, C1) other than tab and newline.';

revoke execute on function schnittwerk_core.text_fault from public;
