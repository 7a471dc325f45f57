create function schnittwerk_core.email_fault(
  p_path text, p_value text, p_is_required boolean default false
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.text_fault(p_path, p_value, 254, p_is_required),
  schnittwerk_core.fault(
    p_path, p_value is not null and not schnittwerk_core.is_email(p_value), 'invalid_email',
    p_path || ' must be an e-mail address such as name@example.com')
);

comment on function schnittwerk_core.email_fault(text, text, boolean) is
  'The fault of an e-mail address: missing, or refused by is_email.';

revoke execute on function schnittwerk_core.email_fault from public;
