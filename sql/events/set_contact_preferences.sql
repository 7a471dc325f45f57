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

create function schnittwerk_core.set_contact_preferences(
  p_customer_id uuid, p_language text, p_consents jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_customer_id uuid;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin,receptionist,staff,customer}');
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.contact_preferences_faults(p_language, p_consents));
  perform schnittwerk_core.begin_write(v_caller);
  v_customer_id := schnittwerk_core.contact_of(v_caller, p_customer_id);
  if not schnittwerk_core.hold_customer(v_caller.salon_id, v_customer_id) then
    -- erased at this moment
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;

  if p_language is not null then
    insert into schnittwerk_core.contact_preference (salon_id, customer_id, language)
    values (v_caller.salon_id, v_customer_id, p_language)
    on conflict (salon_id, customer_id) do update set language = excluded.language;
  end if;
  insert into schnittwerk_core.contact_consent as s (salon_id, customer_id, channel, is_given)
  select v_caller.salon_id, v_customer_id, c.key, c.value::boolean
  from jsonb_each(p_consents) c
  -- in one order, so that two at once do not wait for each other
  order by c.key
  on conflict (salon_id, customer_id, channel) do update set is_given = excluded.is_given
  -- since when stays what it was
  where s.is_given <> excluded.is_given;
  return schnittwerk_core.success(
    'contact_preferences',
    schnittwerk_core.contact_preferences_json(v_caller.salon_id, v_customer_id));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.set_contact_preferences(uuid, text, jsonb, uuid) is
  'Engine of schnittwerk.set_contact_preferences.';

revoke execute on function schnittwerk_core.set_contact_preferences from public;
grant execute on function schnittwerk_core.set_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
