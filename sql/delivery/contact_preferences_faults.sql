create function schnittwerk_core.contact_preferences_faults(p_language text, p_consents jsonb)
returns jsonb[]
language sql
stable
return array[
  coalesce(
    schnittwerk_core.text_fault('p_language', p_language, 2, false),
    schnittwerk_core.fault(
      'p_language', coalesce(p_language !~ '^[a-z]{2}$', false), 'invalid_type',
      'p_language must be an ISO 639-1 code such as de or en')
  )
] || case when p_consents is not null
  then schnittwerk_core.object_faults('p_consents', p_consents, '{email,sms,chat}') end
|| array(
  select schnittwerk_core.json_fault('p_consents.' || left(c.key, 100), c.value, 'boolean', true)
  from jsonb_each(
    case when jsonb_typeof(p_consents) = 'object' then p_consents else '{}' end
  ) c
);

comment on function schnittwerk_core.contact_preferences_faults(text, jsonb) is
  'The faults of contact preferences, all at once.';

revoke execute on function schnittwerk_core.contact_preferences_faults from public;
