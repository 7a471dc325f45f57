create function schnittwerk_core.is_phone(p_text text)
returns boolean
language sql
immutable
parallel safe
return length(p_text) <= 50 and p_text ~ '^\+?([ ()./-]*[0-9]){5,20}[ ()./-]*$';

comment on function schnittwerk_core.is_phone(text) is
  'Whether a text is a telephone number: 5 to 20 digits, separated by spaces and ( ) - . /, a + only at the front, at most 50 characters in all.';

revoke execute on function schnittwerk_core.is_phone from public;
