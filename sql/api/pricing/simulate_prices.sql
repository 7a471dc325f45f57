create function schnittwerk_core.simulate_prices(
  p_rules jsonb, p_from date, p_to date, p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_most_bookings constant int := 10000;
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  v_time_zone constant text := (
    select s.time_zone from schnittwerk_core.salon s where s.id = v_caller.salon_id);
  v_from timestamptz;
  v_until timestamptz;
  v_faults jsonb[];
  v_given schnittwerk_core.price_rule[];
  v_rules schnittwerk_core.price_rule[];
  v_answer jsonb;
begin
  if p_rules is not null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_rules', p_rules) i
    cross join lateral unnest(
      schnittwerk_core.json_price_rule_faults(i.path, i.value)) f (fault);
  end if;
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.date_range_faults(p_from, p_to, 92) || array[
      schnittwerk_core.json_fault('p_rules', p_rules, 'array'),
      schnittwerk_core.fault(
        'p_rules',
        -- json_fault reports more than 1000.
        (select count(*) > 200 from schnittwerk_core.list_items('p_rules', p_rules)),
        'too_many', 'p_rules must have at most 200 items')
    ] || v_faults
  );
  v_from := p_from::timestamp at time zone v_time_zone;
  v_until := (p_to + 1)::timestamp at time zone v_time_zone;
  if jsonb_typeof(p_rules) = 'array' then
    v_given := array(
      select schnittwerk_core.json_price_rule(v_caller.salon_id, i.value)
      from schnittwerk_core.list_items('p_rules', p_rules) i
      order by i.n
    );
    perform schnittwerk_core.require_valid(variadic array(
      select f.fault
      from generate_subscripts(v_given, 1) n
      cross join lateral unnest(schnittwerk_core.price_rule_misfits(
        format('p_rules[%s].', n - 1), v_given[n])) f (fault)
    ));
    v_given := array(
      select schnittwerk_core.kept_price_rule(v_given[n])
      from generate_subscripts(v_given, 1) n
      order by n
    );
    perform schnittwerk_core.require_valid(variadic array(
      select f.fault
      from generate_subscripts(v_given, 1) n
      cross join lateral (select format('p_rules[%s].', n - 1) as prefix) p
      cross join lateral (
        values
          (schnittwerk_core.fault(
            p.prefix || 'name',
            exists (select from unnest(v_given[:n - 1]) o where o.name = v_given[n].name),
            'not_unique', p.prefix || 'name is in the list twice')),
          (schnittwerk_core.price_rule_overlap_fault(p.prefix, v_given[n], v_given[:n - 1]))
      ) f (fault)
    ));
  else
    v_given := array(
      select r from schnittwerk_core.price_rule r where r.salon_id = v_caller.salon_id
    );
  end if;
  v_rules := array(
    select v_given[n]
    from generate_subscripts(v_given, 1) n
    where v_given[n].is_active
    order by
      array_position('{time,lead_time,demand,promotion}', v_given[n].kind),
      v_given[n].priority desc,
      (select count(*) from jsonb_object_keys(v_given[n].conditions)) desc, v_given[n].id, n
  );
  perform schnittwerk_core.require_valid(schnittwerk_core.fault(
    'p_to',
    v_most_bookings < (
      select count(*)
      from schnittwerk_core.appointments a
      where a.salon_id = v_caller.salon_id and schnittwerk_core.is_live(a.status)
        and a.starts_at >= v_from and a.starts_at < v_until
    ),
    'too_many', format('There are more than %s bookings: choose fewer days', v_most_bookings)));

  with booking as materialized (
    select
      b.*,
      -- The minutes of the day that were booked when this booking was made.
      extract(epoch from sum(b.staffed) over (
        partition by b.staff_id, b.day order by b.created_at, b.id) - b.staffed)::float8 / 60
        as booked_minutes,
      not exists (
        select from schnittwerk_core.appointments e
        where e.salon_id = v_caller.salon_id and e.customer_id = b.customer_id
          and schnittwerk_core.is_live(e.status)
          and (e.created_at, e.id) < (b.created_at, b.id)
      ) as is_first_visit
    from (
      select
        a.id, a.customer_id, a.staff_id, a.service_id, a.visit_id, a.promotion_id, a.price,
        a.starts_at, a.created_at, (a.starts_at at time zone v_time_zone)::date as day,
        schnittwerk_core.staffed_time(a.starts_at, a.ends_at, a.steps) as staffed
      from schnittwerk_core.appointments a
      where a.salon_id = v_caller.salon_id and schnittwerk_core.is_live(a.status)
        and a.starts_at >= v_from and a.starts_at < v_until
    ) b
  ),
  week as materialized (
    select w.monday, schnittwerk_core.current_salon_week(v_caller.salon_id, w.monday) as week
    from (select distinct schnittwerk_core.week_of(b.day) as monday from booking b) w
  ),
  open as materialized (
    select
      m.staff_id, w.monday,
      (schnittwerk_core.compute_staff_week(w.week, m.staff_id)).open_minutes as minutes
    from week w
    join (select distinct b.staff_id, schnittwerk_core.week_of(b.day) as monday from booking b) m
      on m.monday = w.monday
  ),
  priced as materialized (
    select
      b.price, p.price as simulated_price, p.amounts,
      array(
        select r.numbers[a.rule] from unnest(p.rules) with ordinality a (rule, n) order by a.n
      ) as rules
    from booking b
    join week w on w.monday = schnittwerk_core.week_of(b.day)
    join open o on o.staff_id = b.staff_id and o.monday = w.monday
    cross join lateral (
      select array(
        select n
        from generate_subscripts(v_rules, 1) n
        cross join lateral (select v_rules[n].kind, v_rules[n].conditions, v_rules[n].id) u
        where coalesce(u.conditions -> 'services' ? b.service_id::text, true)
          and (u.kind <> 'promotion' or (
            (not u.conditions ? 'code' or u.id = b.promotion_id)
            and (b.is_first_visit or not u.conditions ? 'first_visit')
            and (b.visit_id is null or not u.conditions ? 'code'
              and not schnittwerk_core.has_limited_uses(u.conditions))
          ))
        order by n
      ) as numbers
    ) r
    cross join lateral schnittwerk_core.price_stretches(
      b.service_id, array[b.staff_id],
      array(select v_rules[n] from unnest(r.numbers) with ordinality u (n, place) order by u.place),
      case when o.minutes[extract(isodow from b.day)::int] > 0 then row(
        array[b.staff_id], array[b.day],
        array[b.booked_minutes * 100 / o.minutes[extract(isodow from b.day)::int]]
      )::schnittwerk_core.staff_loads end,
      array[w.week], tstzmultirange(tstzrange(b.starts_at, b.starts_at, '[]')), b.created_at
    ) p
  )
  select jsonb_build_object(
    'bookings', count(*),
    'revenue', coalesce(sum(p.price), 0),
    'simulated_revenue', coalesce(sum(p.simulated_price), 0),
    'cheaper', count(*) filter (where p.simulated_price < p.price),
    'dearer', count(*) filter (where p.simulated_price > p.price),
    'rules', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', v_rules[n].id, 'name', v_rules[n].name, 'kind', v_rules[n].kind,
        'bookings', coalesce(u.bookings, 0), 'amount', coalesce(trim_scale(u.amount), 0)
      ) order by n), '[]')
      from generate_subscripts(v_rules, 1) n
      left join (
        select a.rule, count(*) as bookings, sum(a.amount) as amount
        from priced q
        cross join lateral unnest(q.rules, q.amounts) a (rule, amount)
        group by a.rule
      ) u on u.rule = n
    )
  ) into v_answer
  from priced p;
  return v_answer;
end
$$;

comment on function schnittwerk_core.simulate_prices(jsonb, date, date, uuid) is
  'Engine of schnittwerk.simulate_prices.';

revoke execute on function schnittwerk_core.simulate_prices from public;
grant execute on function schnittwerk_core.simulate_prices
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.simulate_prices(
  p_rules jsonb, p_from date, p_to date, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.simulate_prices(p_rules, p_from, p_to, p_salon_id);

comment on function schnittwerk.simulate_prices(jsonb, date, date, uuid) is
  'What other price rules would have made of existing bookings. Writes nothing. Returns {"bookings", "revenue", "simulated_revenue", "cheaper", "dearer", "rules": [{"id", "name", "kind", "bookings", "amount"}]}. revenue is as agreed; cheaper and dearer count the bookings whose price would have been another. rules lists the active rules in the order of list_price_rules: how many bookings each would have applied to, and what it would have added in all. Cancelled bookings and no-shows do not count. Each booking is priced as of when it was made: by its lead time, and by the share of the day that earlier bookings had taken. Prices, hours and what staff perform are today''s. A promotion with a code applies to the bookings that used it; limits of uses do not count. For admins. p_rules: at most 200 objects with the columns of list_price_rules, with an id only if the rule is saved; null means the saved rules. Rules that overlap or have the same name are refused, as by save_price_rule. p_from, p_to: the local dates on which the bookings start, both included, at most 92 days and 10000 bookings. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.simulate_prices from public;
grant execute on function schnittwerk.simulate_prices
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
