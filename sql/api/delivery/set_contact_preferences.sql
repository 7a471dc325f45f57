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
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_contact_preferences', p_salon_id, '{admin,receptionist,staff,customer}');
  v_customer_id uuid;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      variadic schnittwerk_core.contact_preferences_faults(p_language, p_consents)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_customer_id := schnittwerk_core.contact_of(v_caller, p_customer_id);
      if not schnittwerk_core.hold_customer(v_caller.salon_id, v_customer_id) then
        -- Erased in the meantime.
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
      -- In one order, so that two simultaneous calls do not deadlock.
      order by c.key
      on conflict (salon_id, customer_id, channel) do update set is_given = excluded.is_given
      -- updated_at says since when: an unchanged consent keeps it.
      where s.is_given <> excluded.is_given;
      v_caller.answer := schnittwerk_core.success(
        'contact_preferences',
        schnittwerk_core.contact_preferences_json(v_caller.salon_id, v_customer_id));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
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
return schnittwerk_core.set_contact_preferences(p_customer_id, p_language, p_consents, p_salon_id);

comment on function schnittwerk.set_contact_preferences(uuid, text, jsonb, uuid) is
  'Sets the language of messages to a customer and the channels that they agree to. Answers {"contact_preferences"}. No message goes out on a channel without consent. Customers set their own, the salon team those of all customers. p_customer_id: null means the caller. p_language: ISO 639-1, such as de; null means unchanged. p_consents: {"email", "sms", "chat"} with true or false; null or absent means unchanged. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_contact_preferences from public;
grant execute on function schnittwerk.set_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
