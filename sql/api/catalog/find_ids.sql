create function schnittwerk_core.find_ids(p_prefix text, p_kind text, p_salon_id uuid)
returns table (kind text, id uuid, label text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_kinds text[] := array[
    'appointment', 'visit', 'hold', 'waitlist_entry', 'customer', 'staff', 'service', 'resource',
    'closure', 'price_rule', 'holiday', 'time_off'];
  v_digits constant text := replace(p_prefix, '-', '');
  v_first uuid;
  v_last uuid;
  v_time_zone text;
begin
  perform schnittwerk_core.require_valid(
    coalesce(
      schnittwerk_core.text_fault('p_prefix', p_prefix, 36),
      schnittwerk_core.fault('p_prefix', v_digits !~ '^[0-9a-fA-F]{4,32}$', 'not_an_id',
        'p_prefix must be the first characters of an id: 4 to 32 of 0-9 and a-f, hyphens aside')
    ),
    schnittwerk_core.fault('p_kind', p_kind is not null and p_kind <> all (v_kinds),
      'unknown_kind', 'p_kind must be one of ' || array_to_string(v_kinds, ', '))
  );
  if p_kind is not null then
    v_kinds := array[p_kind];
  end if;
  if v_caller.role not in ('admin', 'service') then
    v_kinds := array_remove(v_kinds, 'price_rule');
  end if;
  v_first := rpad(v_digits, 32, '0')::uuid;
  v_last := rpad(v_digits, 32, 'f')::uuid;
  select s.time_zone into strict v_time_zone
  from schnittwerk_core.salon s
  where s.id = v_caller.salon_id;

  -- In the order of each table's key, so that it is read by that and only as far as the limit.
  return query
  select
    f.kind, f.id,
    case
      when f.starts_at is not null then concat_ws(
        ', ', to_char(f.starts_at at time zone v_time_zone, 'YYYY-MM-DD HH24:MI'), v.name)
      when f.start_date is not null then to_char(f.start_date, 'YYYY-MM-DD')
      else coalesce(f.name, v.name)
    end
  from (
    (select 'appointment', a.id, a.starts_at, null::date, a.service_id, null
     from schnittwerk_core.appointments a
     where 'appointment' = any (v_kinds)
       and a.salon_id = v_caller.salon_id and a.id between v_first and v_last
     order by a.id
     limit 20)
    union all
    (select 'visit', a.visit_id, a.starts_at, null, null, null
     from schnittwerk_core.appointments a
     where 'visit' = any (v_kinds)
       and a.salon_id = v_caller.salon_id and a.visit_id between v_first and v_last
       and a.visit_item = 0
     order by a.visit_id
     limit 20)
    union all
    (select 'hold', h.id, h.starts_at, null, h.service_id, null
     from schnittwerk_core.hold h
     where 'hold' = any (v_kinds)
       and h.salon_id = v_caller.salon_id and h.id between v_first and v_last
     order by h.id
     limit 20)
    union all
    (select 'waitlist_entry', w.id, null, null, w.service_id, null
     from schnittwerk_core.waitlist w
     where 'waitlist_entry' = any (v_kinds)
       and w.salon_id = v_caller.salon_id and w.id between v_first and v_last
     order by w.id
     limit 20)
    union all
    (select 'customer', c.id, null, null, null, null
     from schnittwerk_core.customers c
     where 'customer' = any (v_kinds)
       and c.salon_id = v_caller.salon_id and c.id between v_first and v_last
       and c.erased_at is null
     order by c.id
     limit 20)
    union all
    (select 'staff', m.id, null, null, null, null
     from schnittwerk_core.staff m
     where 'staff' = any (v_kinds)
       and m.salon_id = v_caller.salon_id and m.id between v_first and v_last
     order by m.id
     limit 20)
    union all
    (select 'service', s.id, null, null, s.id, null
     from schnittwerk_core.services s
     where 'service' = any (v_kinds)
       and s.salon_id = v_caller.salon_id and s.id between v_first and v_last
     order by s.id
     limit 20)
    union all
    (select 'resource', u.id, null, null, null, u.name
     from schnittwerk_core.unit u
     where 'resource' = any (v_kinds)
       and u.salon_id = v_caller.salon_id and u.id between v_first and v_last
     order by u.id
     limit 20)
    union all
    (select 'closure', u.id, null, u.start_date, null, null
     from schnittwerk_core.unit_closure u
     where 'closure' = any (v_kinds)
       and u.salon_id = v_caller.salon_id and u.id between v_first and v_last
     order by u.id
     limit 20)
    union all
    (select 'price_rule', r.id, null, null, null, r.name
     from schnittwerk_core.price_rule r
     where 'price_rule' = any (v_kinds)
       and r.salon_id = v_caller.salon_id and r.id between v_first and v_last
     order by r.id
     limit 20)
    union all
    (select 'holiday', h.id, null, null, null, h.name
     from schnittwerk_core.holidays h
     where 'holiday' = any (v_kinds)
       and h.salon_id = v_caller.salon_id and h.id between v_first and v_last
     order by h.id
     limit 20)
    union all
    (select 'time_off', t.id, null, t.start_date, null, null
     from schnittwerk_core.staff_timeoff t
     where 'time_off' = any (v_kinds)
       and t.salon_id = v_caller.salon_id and t.id between v_first and v_last
     order by t.id
     limit 20)
    limit 20
  ) f (kind, id, starts_at, start_date, service_id, name)
  left join schnittwerk_core.services v
    on v.salon_id = v_caller.salon_id and v.id = f.service_id
  order by array_position(v_kinds, f.kind), f.id;
end
$$;

comment on function schnittwerk_core.find_ids(text, text, uuid) is
  'Engine of schnittwerk.find_ids.';

revoke execute on function schnittwerk_core.find_ids from public;
grant execute on function schnittwerk_core.find_ids
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.find_ids(
  p_prefix text, p_kind text default null, p_salon_id uuid default null
)
returns table (kind text, id uuid, label text)
language sql
stable
begin atomic
  select r.kind, r.id, r.label from schnittwerk_core.find_ids(p_prefix, p_kind, p_salon_id) r;
end;

comment on function schnittwerk.find_ids(text, text, uuid) is
  'What has an id that begins with p_prefix, at most 20 rows: what kind of thing, its whole id, and a label: the local start and the service, the date, or the name; null for people. p_prefix: 4 to 32 hexadecimal digits in either case, with or without hyphens. p_kind: appointment, visit, hold, waitlist_entry, customer, staff, service, resource, closure, price_rule (found by admins only), holiday or time_off; null = any. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.find_ids from public;
grant execute on function schnittwerk.find_ids
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
