create function schnittwerk_core.text_fault(
  p_path text, p_value text, p_longest int default 200, p_is_required boolean default true
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
  elsif p_value is null or btrim(p_value) = '' then
    return schnittwerk_core.fault(p_path, true, 'required', p_path || ' must not be empty');
  elsif length(p_value) > p_longest then
    return schnittwerk_core.fault(
      p_path, true, 'too_long', format('%s must have at most %s characters', p_path, p_longest));
  elsif p_value ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]' then
    return schnittwerk_core.fault(
      p_path, true, 'control_character', p_path || ' must not contain control characters');
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.text_fault(text, text, int, boolean) is
  'The fault of a text argument: missing, longer than p_longest characters, or containing control characters (C0, delete, C1) other than tab and newline.';

revoke execute on function schnittwerk_core.text_fault from public;
