create function schnittwerk_core.contact_preferences_json(p_salon_id uuid, p_customer_id uuid)
returns jsonb
language sql
stable
return jsonb_build_object(
  'customer_id', p_customer_id,
  'language', (
    select p.language
    from schnittwerk_core.contact_preference p
    where p.salon_id = p_salon_id and p.customer_id = p_customer_id
  ),
  'consents', (
    select '{"email": false, "sms": false, "chat": false}'
      || coalesce(jsonb_object_agg(s.channel, s.is_given), '{}')
    from schnittwerk_core.contact_consent s
    where s.salon_id = p_salon_id and s.customer_id = p_customer_id
  )
);

comment on function schnittwerk_core.contact_preferences_json(uuid, uuid) is
  'A customer''s language (null = none chosen) and, for each channel, whether they have agreed to messages.';

revoke execute on function schnittwerk_core.contact_preferences_json from public;
