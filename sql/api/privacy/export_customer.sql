create function schnittwerk_core.export_customer(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_salon_id constant uuid := v_caller.salon_id;
  v_is_admin constant boolean := v_caller.role in ('admin', 'service');
  -- Who on the salon team acted, and why they made an exception, is internal.
  v_hidden constant text[] := case when v_is_admin then '{}'
    else '{user_id,role,login,override_reason}'::text[] end;
  v_id constant uuid := schnittwerk_core.contact_of(v_caller, p_customer_id);
  v_ids constant uuid[] := schnittwerk_core.ids_of_customer(v_salon_id, v_id);
  v_customer schnittwerk_core.customers;
  v_unmerged_things uuid[] := array[]::uuid[];
  v_things_of_others uuid[] := array[]::uuid[];
begin
  select c.* into v_customer
  from schnittwerk_core.customers c
  where c.salon_id = v_salon_id and c.id = v_id;
  if not v_is_admin and v_customer.profile_id is distinct from v_caller.user_id then
    perform schnittwerk_core.refuse('forbidden', 'Only admins export what is kept of others');
  end if;
  perform schnittwerk_core.log_personal_read(v_caller, 'export_customer', 1, v_id);
  -- While two customers were merged, the journal has what happened to the things of both under one.
  if exists (
    select from schnittwerk_core.journal j
    where j.salon_id = v_salon_id and j.subject_id = any (v_ids)
      and j.table_name = 'customer_merge' and j.kind in ('deleted', 'erased')
  ) then
    select
      coalesce(array_agg(t.id) filter (where t.customer_id = v_id), '{}'),
      coalesce(array_agg(t.id) filter (where t.customer_id <> v_id and t.id in (
        select j.subject_id
        from schnittwerk_core.journal_personal p
        join schnittwerk_core.journal j
          on j.salon_id = p.salon_id and j.occurred_at = p.occurred_at and j.id = p.journal_id
        where p.salon_id = v_salon_id and p.subject_id = any (v_ids)
      )), '{}')
    into strict v_unmerged_things, v_things_of_others
    from (
      select a.id, a.customer_id
      from schnittwerk_core.appointments a
      where a.salon_id = v_salon_id
      union all
      select h.id, h.customer_id
      from schnittwerk_core.hold h
      where h.salon_id = v_salon_id
      union all
      select w.id, w.customer_id
      from schnittwerk_core.waitlist w
      where w.salon_id = v_salon_id
      union all
      select o.id, w.customer_id
      from schnittwerk_core.waitlist_offer o
      join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
      where o.salon_id = v_salon_id
    ) t;
  end if;
  return jsonb_build_object(
    'exported_at', schnittwerk_core.utc_text(schnittwerk_core.clock()),
    'salon', (
      select jsonb_build_object(
        'id', s.id, 'name', s.name, 'time_zone', s.time_zone, 'currency', s.currency)
      from schnittwerk_core.salon s
      where s.id = v_salon_id
    ),
    'customer', schnittwerk_core.customer_json(v_customer)
      - case when v_is_admin then '' else 'notes' end,
    'profile', (
      select to_jsonb(p) - 'salon_id'
        || jsonb_build_object('created_at', schnittwerk_core.utc_text(p.created_at))
      from schnittwerk_core.profiles p
      where p.salon_id = v_salon_id and p.id = v_customer.profile_id
    ),
    'contact_preferences',
      schnittwerk_core.contact_preferences_json(v_salon_id, v_id) - 'customer_id',
    'appointments', (
      select coalesce(jsonb_agg(
        schnittwerk_core.appointment_json(a) - '{salon_id,customer_id}'::text[]
        || jsonb_build_object(
          'staff_name', m.full_name,
          'service_name', v.name,
          'fee', schnittwerk_core.fee_of(a.salon_id, a.id)
            - '{salon_id,customer_id,appointment_id}'::text[],
          'history', (
            select coalesce(jsonb_agg(
              schnittwerk_core.history_json(h) - v_hidden order by h.version), '[]')
            from schnittwerk_core.appointment_history h
            where h.salon_id = v_salon_id and h.appointment_id = a.id
          )
        )
        order by a.starts_at, a.id
      ), '[]')
      from schnittwerk_core.appointments a
      join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
      join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
      where a.salon_id = v_salon_id and a.customer_id = v_id
    ),
    'waitlist', (
      select coalesce(jsonb_agg(
        schnittwerk_core.waitlist_json(w) - '{salon_id,customer_id,offer}'::text[]
        || jsonb_build_object(
          'service_name', v.name,
          'offers', (
            select coalesce(jsonb_agg(
              schnittwerk_core.offer_json(o) - '{salon_id,entry_id}'::text[]
              order by o.created_at, o.id
            ), '[]')
            from schnittwerk_core.waitlist_offer o
            where o.salon_id = v_salon_id and o.entry_id = w.id
          )
        )
        order by w.created_at, w.id
      ), '[]')
      from schnittwerk_core.waitlist w
      join schnittwerk_core.services v on v.salon_id = w.salon_id and v.id = w.service_id
      where w.salon_id = v_salon_id and w.customer_id = v_id
    ),
    'holds', (
      select coalesce(jsonb_agg(
        schnittwerk_core.hold_json(h) - '{salon_id,customer_id}'::text[]
        || jsonb_build_object('staff_name', m.full_name, 'service_name', v.name)
        order by h.created_at, h.id
      ), '[]')
      from schnittwerk_core.hold h
      join schnittwerk_core.staff m on m.salon_id = h.salon_id and m.id = h.staff_id
      join schnittwerk_core.services v on v.salon_id = h.salon_id and v.id = h.service_id
      where h.salon_id = v_salon_id and h.customer_id = v_id
    ),
    'operations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'operation_type', o.operation_type,
        'status', o.status,
        'code', o.code,
        'details', o.error_message,
        'appointment_id', o.appointment_id,
        'starts_at', schnittwerk_core.utc_text(o.starts_at),
        'correlation_id', o.correlation_id,
        'created_at', schnittwerk_core.utc_text(o.created_at)
      ) order by o.created_at, o.id), '[]')
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_salon_id and o.customer_id = any (v_ids)
    ),
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'event', e.type,
        'channel', d.channel,
        'status', d.status,
        'last_error', d.last_error,
        'created_at', schnittwerk_core.utc_text(d.created_at),
        'updated_at', schnittwerk_core.utc_text(d.updated_at)
      ) order by d.created_at, d.id), '[]')
      from schnittwerk_core.event_delivery d
      join schnittwerk_core.published e
        on e.salon_id = d.salon_id and e.id = d.event_id and e.occurred_at = d.occurred_at
      where d.salon_id = v_salon_id and d.channel <> 'webhook' and d.subject_id in (
        select i.id
        from schnittwerk_core.appointments a
        cross join lateral (values (a.id), (a.visit_id)) i (id)
        where a.salon_id = v_salon_id and a.customer_id = v_id
        union all
        select o.id
        from schnittwerk_core.waitlist w
        join schnittwerk_core.waitlist_offer o
          on o.salon_id = w.salon_id and o.entry_id = w.id
        where w.salon_id = v_salon_id and w.customer_id = v_id
      )
    ),
    'audit', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'occurred_at', schnittwerk_core.utc_text(a.occurred_at),
          'table_name', a.table_name,
          'action', a.action,
          'user_id', a.user_id,
          'role', a.role,
          'login', a.login,
          'before', p.before,
          'after', p.after,
          'reason', p.reason,
          'override_reason', p.override_reason
        ) - v_hidden
        order by a.occurred_at, a.number
      ), '[]')
      from (
        select p.*
        from schnittwerk_core.journal_personal p
        where p.salon_id = v_salon_id and p.subject_id = any (v_ids || v_customer.profile_id)
        union all
        select p.*
        from schnittwerk_core.journal j
        join schnittwerk_core.journal_personal p
          on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
        where j.salon_id = v_salon_id and j.subject_id = any (v_unmerged_things)
          and p.subject_id <> all (v_ids)
      ) p
      join schnittwerk_core.audit a
        on a.salon_id = p.salon_id and a.occurred_at = p.occurred_at and a.id = p.journal_id
      where (coalesce(a.row_key ->> 'id', a.row_key ->> 'appointment_id')::uuid
          = any (v_things_of_others)) is not true
        -- The salon's notes on the customer, former versions of them and why it waived a fee are
        -- internal.
        and (v_is_admin or a.table_name not in ('customers', 'fee'))
    )
  );
end
$$;

comment on function schnittwerk_core.export_customer(uuid, uuid) is
  'Engine of schnittwerk.export_customer.';

revoke execute on function schnittwerk_core.export_customer from public;
grant execute on function schnittwerk_core.export_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.export_customer(
  p_customer_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.export_customer(p_customer_id, p_salon_id);

comment on function schnittwerk.export_customer(uuid, uuid) is
  'All data that is kept about one person (GDPR article 15). Returns {"exported_at", "salon", "customer", "profile", "contact_preferences", "appointments" (with history and fee), "waitlist" (with offers), "holds", "operations", "messages", "audit"}. Admins export anyone. Others export themselves, without the salon''s notes on them, without who on the salon team acted, and without why exceptions were made or fees waived. p_customer_id: null means the caller. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.export_customer from public;
grant execute on function schnittwerk.export_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
