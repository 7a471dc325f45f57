create function schnittwerk_core.customer_message(
  p_event schnittwerk_core.events,
  p_delivery schnittwerk_core.event_delivery,
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
  v_channel constant text := (p_delivery).channel;
  v_starts_at constant timestamptz := ((p_event).data ->> 'starts_at')::timestamptz;
  v_appointment schnittwerk_core.appointments;
  v_offer schnittwerk_core.waitlist_offer;
  v_entry schnittwerk_core.waitlist;
  v_customer schnittwerk_core.customers;
  v_visit jsonb;
  v_is_current boolean;
begin
  if v_channel = 'webhook' then
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
    if (p_event).data ->> 'visit_id' is not null then
      v_visit := schnittwerk_core.visit_message(p_event);
    end if;
    v_is_current := v_appointment.id is not null and v_starts_at > v_now and case (p_event).type
      when 'appointment.cancelled' then true
      when 'appointment.reminder_due' then v_appointment.status in ('pending', 'confirmed')
        and v_appointment.starts_at = v_starts_at
      -- The items of a visit are confirmed one by one, but the customer gets one message.
      when 'appointment.confirmed' then v_visit is null or v_visit ->> 'status' = 'confirmed'
      else v_visit is null or v_visit ->> 'status' <> 'cancelled'
    end;
    -- A message shows the visit as it is when it is sent, so only the last of those pending is.
    if v_visit is not null and (p_event).type <> 'appointment.cancelled' then
      v_is_current := v_is_current and not exists (
        select from schnittwerk_core.event_delivery d
        join schnittwerk_core.published e
          on e.salon_id = d.salon_id and e.id = d.event_id and e.occurred_at = d.occurred_at
        where d.salon_id = (p_delivery).salon_id and d.subject_id = (p_delivery).subject_id
          and d.target = (p_delivery).target and d.status = 'pending'
          and d.event_number > (p_delivery).event_number and e.type = (p_event).type
      );
    end if;
  end if;
  select c.* into v_customer
  from schnittwerk_core.customers c
  where c.salon_id = (p_event).salon_id
    and c.id = coalesce(v_entry.customer_id, schnittwerk_core.current_customer(
      (p_event).salon_id, ((p_event).data ->> 'customer_id')::uuid));

  skip_reason := case
    when not coalesce(v_is_current, false) then 'outdated'
    when not exists (
      select from schnittwerk_core.contact_consent s
      where s.salon_id = (p_event).salon_id and s.customer_id = v_customer.id
        and s.channel = v_channel and s.is_given
    ) then 'no_consent'
    when coalesce(btrim(
      case v_channel when 'email' then v_customer.email when 'sms' then v_customer.phone
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
    ),
    'visit', v_visit
  ) into message
  from schnittwerk_core.salon s
  where s.id = (p_event).salon_id;
end
$$;

comment on function schnittwerk_core.customer_message(
  schnittwerk_core.events, schnittwerk_core.event_delivery
) is
  'What a message to the customer needs in addition to the event, or why no message is to be sent: outdated, no_consent or no_address. A message about a visit is outdated if a later one will say the same. Webhooks need nothing.';

revoke execute on function schnittwerk_core.customer_message from public;
