create function schnittwerk_core.find_visits(
  p_items jsonb,
  p_from date,
  p_to date,
  p_slot_interval_minutes int,
  p_limit int,
  p_visit_id uuid,
  p_salon_id uuid
)
returns table (starts_at timestamptz, ends_at timestamptz, price numeric, items jsonb)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- Forces one plan, whatever the statistics say: index look-ups for each member of staff.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set enable_material = off
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_to constant date := coalesce(p_to, p_from);
  v_most_rows constant int := schnittwerk_core.most_rows();
  v_moved schnittwerk_core.appointments[] := array[]::schnittwerk_core.appointments[];
  v_first schnittwerk_core.appointments;
  v_full_days tstzmultirange := tstzmultirange '{}';
  v_busy tstzmultirange := tstzmultirange '{}';
  v_items schnittwerk_core.visit_item[];
  v_search schnittwerk_core.visit_search;
  v_salon record;
  v_week schnittwerk_core.salon_week;
  v_weeks schnittwerk_core.salon_week[];
  v_offset schnittwerk_core.zone_offset;
  v_bookable tstzmultirange;
  v_until timestamptz;
  v_ways schnittwerk_core.visit_way[];
  v_curves schnittwerk_core.price_curve[];
  v_possible tstzmultirange;
  v_day date := p_from;
  v_days int;
  v_last_day date;
  v_most int;
  v_missing int;
  v_starts timestamptz[];
  v_count int;
  v_found int := 0;
begin
  perform schnittwerk_core.require_valid(
    variadic array[
      case when p_slot_interval_minutes is not null then schnittwerk_core.number_fault(
        'p_slot_interval_minutes', p_slot_interval_minutes, 1, 1440) end,
      case when p_limit is not null then schnittwerk_core.number_fault(
        'p_limit', p_limit, 1, v_most_rows) end
    ] || schnittwerk_core.date_range_faults(p_from, v_to, 92)
    || case when p_visit_id is null then schnittwerk_core.visit_items_faults(p_items)
      else array[schnittwerk_core.fault(
        'p_items', p_items is not null, 'not_allowed',
        'p_items must be left out with p_visit_id: the visit has its items')] end
  );
  if p_visit_id is not null then
    v_moved := schnittwerk_core.visible_visit(v_caller, p_visit_id);
    v_first := schnittwerk_core.earliest_item(v_moved);
    v_moved := schnittwerk_core.open_items(v_moved);
    if v_caller.role = 'customer' then
      v_full_days := schnittwerk_core.full_days(
        v_caller.salon_id, v_first.customer_id, p_from, v_to, p_visit_id);
    end if;
    -- The salon team may give a reason when it moves.
    if schnittwerk_core.change_failures(
      v_caller, v_first, 'reschedule', schnittwerk_core.is_of_salon(v_caller), true) <> '{}'
    then
      return;
    end if;
    v_items := schnittwerk_core.booked_items(v_moved);
  else
    v_items := schnittwerk_core.visit_items(v_caller.salon_id, p_items);
  end if;

  -- With a reason the salon team may book beside another appointment of the customer.
  if v_caller.role = 'customer' and (v_caller.policies -> 'prevent_customer_overlap')::boolean then
    select coalesce(range_agg(tstzrange(b.starts_at, b.ends_at)), '{}') into v_busy
    from schnittwerk_core.busy_with(
      v_caller.salon_id, schnittwerk_core.own_customer(v_caller),
      -- Wide enough for any time zone and for a visit of eight items.
      p_from - interval '1 day', v_to + interval '10 days', '{}', p_visit_id
    ) b;
  end if;

  select
    s.time_zone, s.buffer_time_minutes, z.has_price_rules,
    case when (v_caller.policies -> 'require_slot_grid')::boolean
      then make_interval(mins => s.slot_interval_minutes) end as required_grid,
    make_interval(mins => case
      -- Where starts must be on the salon's grid, the requested grid keeps only those that are.
      when p_slot_interval_minutes is not null
          and (v_caller.policies -> 'require_slot_grid')::boolean
        then lcm(p_slot_interval_minutes, s.slot_interval_minutes)
      else coalesce(p_slot_interval_minutes, s.slot_interval_minutes)
    end) as step,
    -- Empty where the notice reaches beyond the horizon.
    tstzrange(
      schnittwerk_core.earliest_start(schnittwerk_core.clock(), v_caller.policies), null)
    * tstzrange(
      null,
      schnittwerk_core.latest_start(
        schnittwerk_core.clock(),
        schnittwerk_core.limit_days(s.max_advance_booking_days, v_caller.policies)
      ) + interval '1 microsecond'
    ) as bookable
  into v_salon
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  where s.id = v_caller.salon_id;
  v_search := schnittwerk_core.visit_search(
    v_caller.salon_id, v_items,
    schnittwerk_core.visit_terms(
      v_caller.salon_id, v_items, v_caller.policies, v_salon.buffer_time_minutes, v_moved),
    v_moved, v_busy);
  v_most := v_most_rows / cardinality(v_items);
  v_missing := coalesce(p_limit, v_most + 1);

  -- Goes week by week; with a limit it begins with one day and doubles, like find_slots.
  while v_search.salon_id is not null and v_day <= v_to and v_missing > 0 loop
    v_last_day := least(schnittwerk_core.week_of(v_day) + 6, v_to);
    if p_limit is not null then
      v_days := coalesce(2 * v_days, 1);
      v_last_day := least(v_last_day, v_day + v_days - 1);
    end if;
    v_week := schnittwerk_core.current_salon_week(
      v_caller.salon_id, schnittwerk_core.week_of(v_day));
    v_bookable := '{}';
    foreach v_offset in array v_week.offsets loop
      v_bookable := v_bookable + tstzmultirange(
        v_salon.bookable * schnittwerk_core.local_range(v_day, v_last_day + 1, v_offset));
    end loop;
    -- Closed ranges, as possible starts are.
    v_bookable := (
      select coalesce(range_agg(
        tstzrange(lower(b.during), upper(b.during) - interval '1 microsecond', '[]')), '{}')
      from unnest((v_bookable - v_full_days) * v_week.hours) b (during)
    );
    if not isempty(v_bookable) then
      v_weeks := array[v_week];
      v_until := upper(v_bookable) + v_search.reach;
      while (v_until at time zone v_salon.time_zone)::date >= v_week.week + 7 loop
        v_week := schnittwerk_core.current_salon_week(v_caller.salon_id, v_week.week + 7);
        v_weeks := v_weeks || v_week;
      end loop;
      v_ways := schnittwerk_core.visit_ways(
        v_search, v_weeks, lower(v_bookable), upper(v_bookable));
      v_possible := v_bookable * case when v_search.is_given
        then schnittwerk_core.placed_starts(v_ways, v_search.offsets)
        else schnittwerk_core.visit_starts(v_ways, v_search.parts) end;
      v_starts := array(
        select distinct g.starts_at
        from unnest(v_ways) w
        cross join lateral schnittwerk_core.grid_starts(
          w.starts * v_possible, '0', v_salon.step, w.grid_origins, lower(v_possible),
          upper(v_possible)
        ) g
        where w.item = v_search.first_item
        order by g.starts_at
        limit case when v_search.is_exact and v_salon.required_grid is null then v_missing end
      );
      if v_starts <> '{}' then
        -- A visit that is moved keeps its prices.
        if v_salon.has_price_rules and v_moved = '{}' then
          v_curves := schnittwerk_core.visit_curves(
            v_search, v_weeks, lower(v_bookable), v_until);
        end if;
        return query
        select c.starts_at, r.ends_at, r.price, r.items
        from schnittwerk_core.visit_choices(
          v_search, v_ways, v_starts, v_salon.time_zone, v_salon.required_grid) c
        cross join lateral schnittwerk_core.visit_row(
          c.starts_at, v_search.parts, cardinality(v_search.staff_ids), v_search.lengths,
          v_search.prices, v_search.texts, c.chosen,
          case when v_search.is_given then v_search.offsets end, v_curves
        ) r
        limit v_missing;
        get diagnostics v_count = row_count;
        v_found := v_found + v_count;
        v_missing := v_missing - v_count;
      end if;
    end if;
    v_day := v_last_day + 1;
  end loop;

  if p_limit is null and v_found > v_most then
    perform schnittwerk_core.require_valid(schnittwerk_core.fault(
      'p_limit', true, 'too_many', format(
        'There are more than %s items of visits: give p_limit, fewer days or a longer p_slot_interval_minutes',
        v_most_rows)));
  end if;
  -- Checks the ids only if nothing was found: otherwise they exist.
  if v_found = 0 and p_visit_id is null then
    perform schnittwerk_core.require_visit_items(v_caller.salon_id, v_items);
  end if;
end
$$;

comment on function schnittwerk_core.find_visits(jsonb, date, date, int, int, uuid, uuid) is
  'Engine of schnittwerk.find_visits.';

revoke execute on function schnittwerk_core.find_visits from public;
grant execute on function schnittwerk_core.find_visits
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.find_visits(
  p_items jsonb,
  p_from date,
  p_to date default null,
  p_slot_interval_minutes int default null,
  p_limit int default null,
  p_visit_id uuid default null,
  p_salon_id uuid default null
)
returns table (starts_at timestamptz, ends_at timestamptz, price numeric, items jsonb)
language sql
stable
begin atomic
  select f.starts_at, f.ends_at, f.price, f.items
  from schnittwerk_core.find_visits(
    p_items, p_from, p_to, p_slot_interval_minutes, p_limit, p_visit_id, p_salon_id
  ) f;
end;

comment on function schnittwerk.find_visits(jsonb, date, date, int, int, uuid, uuid) is
  'When a visit of several services can begin: one row per start, in order. A row has the end of the last item, the sum of the prices, and the items: {"service_id", "staff_id", "starts_at", "ends_at", "price"}. Starts are on the grid of somebody who can perform the first item. p_items: as for create_visit. Without staff_id the staff are chosen so that as few people as possible serve the visit, then, item by item, by the fewest booked minutes that day, then by id. p_from, p_to: local dates, both included, at most 92 days; p_to null means p_from. p_slot_interval_minutes: 1 to 1440; null means the salon''s. p_limit: number of rows, computed day by day. More than 100000 items of visits are invalid_input. p_visit_id: lists where this visit could move as it is booked, as if it were not there; p_items must be null. The list is empty if the caller may not move the visit. The salon team also sees the starts that need p_override_reason because of deadline or limits. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.find_visits from public;
grant execute on function schnittwerk.find_visits
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
