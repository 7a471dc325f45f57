create function schnittwerk_core.find_ids(p_prefix text, p_kind text, p_salon_id uuid)
returns table (kind text, id uuid)
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
    'closure', 'price_rule', 'holiday', 'time_off', 'merged_customer'];
  v_digits constant text := replace(p_prefix, '-', '');
  v_first uuid;
  v_last uuid;
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

  -- Each table is read in the order of its key, and only as far as the limit.
  return query
  select f.kind, f.id
  from (
    (select 'appointment', t.id from schnittwerk_core.appointments t
     where 'appointment' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'visit', t.visit_id from schnittwerk_core.appointments t
     where 'visit' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.visit_id between v_first and v_last and t.visit_item = 1
     order by t.visit_id limit 20)
    union all
    (select 'hold', t.id from schnittwerk_core.hold t
     where 'hold' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'waitlist_entry', t.id from schnittwerk_core.waitlist t
     where 'waitlist_entry' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'customer', t.id from schnittwerk_core.customers t
     where 'customer' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last and t.erased_at is null
     order by t.id limit 20)
    union all
    (select 'staff', t.id from schnittwerk_core.staff t
     where 'staff' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'service', t.id from schnittwerk_core.services t
     where 'service' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'resource', t.id from schnittwerk_core.unit t
     where 'resource' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'closure', t.id from schnittwerk_core.unit_closure t
     where 'closure' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'price_rule', t.id from schnittwerk_core.price_rule t
     where 'price_rule' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'holiday', t.id from schnittwerk_core.holidays t
     where 'holiday' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'time_off', t.id from schnittwerk_core.staff_timeoff t
     where 'time_off' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.id between v_first and v_last
     order by t.id limit 20)
    union all
    (select 'merged_customer', t.merged_id from schnittwerk_core.customer_merge t
     where 'merged_customer' = any (v_kinds) and t.salon_id = v_caller.salon_id
       and t.merged_id between v_first and v_last
     order by t.merged_id limit 20)
    limit 20
  ) f (kind, id)
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
returns table (kind text, id uuid)
language sql
stable
begin atomic
  select r.kind, r.id from schnittwerk_core.find_ids(p_prefix, p_kind, p_salon_id) r;
end;

comment on function schnittwerk.find_ids(text, text, uuid) is
  'What has an id that begins with p_prefix, at most 20 rows: what kind of thing, and its whole id. p_prefix: 4 to 32 hexadecimal digits in either case, with or without hyphens. p_kind: appointment, visit, hold, waitlist_entry, customer, staff, service, resource, closure, price_rule (found by admins only), holiday, time_off or merged_customer; null = any. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.find_ids from public;
grant execute on function schnittwerk.find_ids
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
