create function schnittwerk_core.is_email(p_text text)
returns boolean
language sql
immutable
parallel safe
return length(p_text) <= 254 and strpos(p_text, '@') <= 65 and p_text ~ (
  '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
  || '@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$'
);

comment on function schnittwerk_core.is_email(text) is
  'Whether a text is an e-mail address that messages can be sent to: a local part of 1 to 64 characters, a domain of at least two labels, at most 254 characters in all.';

revoke execute on function schnittwerk_core.is_email from public;
