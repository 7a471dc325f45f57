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

create function schnittwerk.set_contact_preferences(
  p_customer_id uuid default null,
  p_language text default null,
  p_consents jsonb default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('set_contact_preferences', p_salon_id,
  schnittwerk_core.set_contact_preferences(p_customer_id, p_language, p_consents, p_salon_id)
);

comment on function schnittwerk.set_contact_preferences(uuid, text, jsonb, uuid) is
  'Sets in which language a customer is written to and by which channels they have agreed to it, and answers {"contact_preferences"}. p_customer_id null = the caller; p_language: ISO 639-1, such as de; p_consents: {"email", "sms", "chat"} with true or false; null or absent = unchanged. Nothing is sent by a channel that was not agreed to. Customers set their own, the salon''s people anybody''s. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_contact_preferences from public;
grant execute on function schnittwerk.set_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
