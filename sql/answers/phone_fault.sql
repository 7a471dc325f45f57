create function schnittwerk_core.phone_fault(p_path text, p_value text)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.text_fault(p_path, p_value, 50, false),
  schnittwerk_core.fault(
    p_path, p_value is not null and not schnittwerk_core.is_phone(p_value), 'invalid_phone',
    p_path || ' must have 5 to 20 digits, and otherwise only spaces, ( ) - . / and a + in front')
);

comment on function schnittwerk_core.phone_fault(text, text) is
  'The fault of a telephone number that is_phone refuses; null passes.';

revoke execute on function schnittwerk_core.phone_fault from public;
