create function schnittwerk_core.customer_message(
  p_event schnittwerk_core.events,
  p_channel text,
  out message jsonb,
  out skip_reason text
)
returns record
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  v_is_offer constant boolean := (p_event).type like 'waitlist\_offer.%';
  v_starts_at constant timestamptz := ((p_event).data ->> 'starts_at')::timestamptz;
  v_appointment schnittwerk_core.appointments;
  v_offer schnittwerk_core.waitlist_offer;
  v_entry schnittwerk_core.waitlist;
  v_customer schnittwerk_core.customers;
  v_is_current boolean;
begin
  if p_channel = 'webhook' then
    return;
  end if;
  if v_is_offer then
    select o.* into v_offer
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = (p_event).salon_id and o.id = (p_event).subject_id;
    select w.* into v_entry
    from schnittwerk_core.waitlist w
    where w.salon_id = (p_event).salon_id and w.id = v_offer.entry_id;
    v_is_current := v_offer.status = 'open' and v_offer.expires_at > v_now;
  else
    select a.* into v_appointment
    from schnittwerk_core.appointments a
    where a.salon_id = (p_event).salon_id and a.id = (p_event).subject_id;
    v_is_current := v_appointment.id is not null and v_starts_at > v_now and (
      (p_event).type <> 'appointment.reminder_due'
      or v_appointment.status in ('pending', 'confirmed') and v_appointment.starts_at = v_starts_at
    );
  end if;
  select c.* into v_customer
  from schnittwerk_core.customers c
  where c.salon_id = (p_event).salon_id
    and c.id = coalesce(v_entry.customer_id, ((p_event).data ->> 'customer_id')::uuid);

  skip_reason := case
    when not coalesce(v_is_current, false) then 'outdated'
    when not exists (
      select from schnittwerk_core.contact_consent s
      where s.salon_id = (p_event).salon_id and s.customer_id = v_customer.id
        and s.channel = p_channel and s.is_given
    ) then 'no_consent'
    when coalesce(btrim(
      case p_channel when 'email' then v_customer.email when 'sms' then v_customer.phone
        else 'the target knows' end
    ), '') = '' then 'no_address'
  end;
  if skip_reason is not null then
    return;
  end if;
  select jsonb_build_object(
    'template', schnittwerk_core.message_template((p_event).type),
    'language', (
      select p.language
      from schnittwerk_core.contact_preference p
      where p.salon_id = (p_event).salon_id and p.customer_id = v_customer.id
    ),
    'customer', jsonb_build_object(
      'id', v_customer.id, 'full_name', v_customer.full_name,
      'email', v_customer.email, 'phone', v_customer.phone
    ),
    -- Converted by the database, so that relays need no time zone rules.
    'local_times', (
      select coalesce(jsonb_object_agg(d.key, d.value::timestamptz at time zone s.time_zone), '{}')
      from jsonb_each_text((p_event).data) d
      where d.key like '%\_at' and d.value is not null
    ),
    'salon', jsonb_build_object('name', s.name, 'time_zone', s.time_zone, 'currency', s.currency),
    'service', (
      select jsonb_build_object('name', v.name)
      from schnittwerk_core.services v
      where v.salon_id = s.id
        and v.id = coalesce(v_entry.service_id, ((p_event).data ->> 'service_id')::uuid)
    ),
    'staff', (
      select jsonb_build_object('full_name', m.full_name)
      from schnittwerk_core.staff m
      where m.salon_id = s.id and m.id = ((p_event).data ->> 'staff_id')::uuid
    )
  ) into message
  from schnittwerk_core.salon s
  where s.id = (p_event).salon_id;
end
$$;

comment on function schnittwerk_core.customer_message(schnittwerk_core.events, text) is
  'What a message to the customer needs in addition to the event, or why no message is to be sent: outdated, no_consent or no_address. Webhooks need nothing.';

revoke execute on function schnittwerk_core.customer_message from public;
