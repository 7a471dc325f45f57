create function schnittwerk_core.find_slots(
  p_service_id uuid,
  p_from date,
  p_to date,
  p_staff_id uuid,
  p_slot_interval_minutes int,
  p_limit int,
  p_appointment_id uuid,
  p_promotion_code text,
  p_salon_id uuid,
  p_customer_id uuid default null
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric
)
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
  v_staff_ids uuid[];
  v_moved schnittwerk_core.appointments;
  v_kept schnittwerk_core.appointments;
  v_moved_claim_ids uuid[] := array[]::uuid[];
  v_is_waived boolean;
  v_only_start timestamptz;
  v_full_days tstzmultirange;
  v_busy tstzmultirange := tstzmultirange '{}';
  v_salon record;
  v_terms schnittwerk_core.service_term[];
  v_is_plain boolean;
  v_rules schnittwerk_core.price_rule[];
  v_curves schnittwerk_core.price_curve[];
  v_week schnittwerk_core.salon_week;
  v_offset schnittwerk_core.zone_offset;
  v_bookable tstzmultirange;
  v_is_one_range boolean;
  v_first_start timestamptz;
  v_last_start timestamptz;
  v_day date := p_from;
  v_days int;
  v_monday date;
  v_last_day date;
  v_missing int := coalesce(p_limit, v_most_rows + 1);
  v_count int;
  v_found int := 0;
begin
  perform schnittwerk_core.require_valid(
    variadic array[
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      case when p_slot_interval_minutes is not null then schnittwerk_core.number_fault(
        'p_slot_interval_minutes', p_slot_interval_minutes, 1, 1440) end,
      case when p_limit is not null then schnittwerk_core.number_fault(
        'p_limit', p_limit, 1, v_most_rows) end,
      case when p_promotion_code is not null then coalesce(
        schnittwerk_core.text_fault('p_promotion_code', p_promotion_code, 100),
        schnittwerk_core.fault(
          'p_promotion_code', p_appointment_id is not null, 'not_allowed',
          'p_promotion_code must be left out with p_appointment_id: a move takes no code')) end
    ] || schnittwerk_core.date_range_faults(p_from, v_to, 92)
  );
  if p_staff_id is not null then
    v_staff_ids := array[p_staff_id];
  else
    v_staff_ids := array(
      select p.staff_id
      from schnittwerk_core.staff_services p
      where p.salon_id = v_caller.salon_id and p.service_id = p_service_id
    );
  end if;

  if p_appointment_id is not null then
    v_moved := schnittwerk_core.visible_appointment(v_caller, p_appointment_id);
    v_moved_claim_ids := array[p_appointment_id];
    if v_moved.service_id = p_service_id then
      v_kept := v_moved;
    end if;
    if p_staff_id is null and not v_moved.staff_id = any (v_staff_ids) then
      v_staff_ids := v_staff_ids || v_moved.staff_id;
    end if;
    if v_caller.role = 'customer' then
      v_full_days := schnittwerk_core.full_days(
        v_caller.salon_id, v_moved.customer_id, p_from, v_to, v_moved.id);
    end if;
    -- The salon team may give a reason when it moves.
    v_is_waived := schnittwerk_core.is_of_salon(v_caller);
    if schnittwerk_core.change_failures(v_caller, v_moved, 'reschedule', v_is_waived) <> '{}' then
      -- Past the limit of moves, another service at its own start is still possible.
      v_only_start := v_moved.starts_at;
      if p_service_id = v_moved.service_id or schnittwerk_core.change_failures(
        v_caller, v_moved, 'change_service', v_is_waived) <> '{}'
      then
        v_missing := 0;
      end if;
    end if;
  end if;

  -- With a reason the salon team may book beside another appointment of the customer.
  if v_caller.role = 'customer' and (v_caller.policies -> 'prevent_customer_overlap')::boolean then
    select coalesce(range_agg(tstzrange(b.starts_at, b.ends_at)), '{}') into v_busy
    from schnittwerk_core.busy_with(
      v_caller.salon_id, schnittwerk_core.own_customer(v_caller),
      -- Wide enough for any time zone and for the longest booking.
      p_from - interval '1 day', v_to + interval '5 days', v_moved_claim_ids, v_moved.visit_id
    ) b;
  end if;

  select
    s.time_zone, s.buffer_time_minutes, z.calendar_version,
    -- An appointment that is moved keeps its price.
    z.has_price_rules and v_kept.id is null as has_price_rules,
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
    )
    * case when v_only_start is null then tstzrange '(,)'
      else tstzrange(v_only_start, v_only_start + interval '1 microsecond') end as bookable
  into v_salon
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  where s.id = v_caller.salon_id;

  v_terms := array(
    select terms
    from schnittwerk_core.service_terms(
      v_caller.salon_id, p_service_id, v_staff_ids, v_caller.policies,
      v_salon.buffer_time_minutes, v_kept
    ) terms
    where terms.is_offered and (v_only_start is null or terms.staff_id = v_moved.staff_id)
  );
  v_is_plain := not exists (
    select from unnest(v_terms) t where num_nonnulls(t.steps, t.needs) > 0
  );

  if v_salon.has_price_rules then
    v_rules := schnittwerk_core.price_rules(
      v_caller.salon_id, p_service_id,
      case when v_moved.visit_id is null then (schnittwerk_core.usable_promotions(
        v_caller.salon_id, p_service_id,
        coalesce(
          v_moved.customer_id, p_customer_id,
          case when v_caller.role = 'customer'
            then schnittwerk_core.own_customer(v_caller) end),
        schnittwerk_core.promotion_code(p_promotion_code), v_moved.promotion_id,
        v_moved_claim_ids)).ids
      else schnittwerk_core.unlimited_promotions(v_caller.salon_id) end);
  end if;

  -- Goes week by week, as the calendar is stored. With a limit it begins with one day and doubles:
  -- finding the first free slot costs no more than it must.
  while v_day <= v_to and v_missing > 0 loop
    v_monday := schnittwerk_core.week_of(v_day);
    v_last_day := least(v_monday + 6, v_to);
    if p_limit is not null then
      v_days := coalesce(2 * v_days, 1);
      v_last_day := least(v_last_day, v_day + v_days - 1);
    end if;
    select kept.* into v_week
    from schnittwerk_core.salon_week kept
    where kept.salon_id = v_caller.salon_id and kept.week = v_monday
      and kept.version = v_salon.calendar_version;
    if not found or not schnittwerk_core.clocks_agree(
      v_salon.time_zone, v_week.offset_bounds, v_week.clocks)
    then
      v_week := schnittwerk_core.compute_salon_week(v_caller.salon_id, v_monday);
      v_week.version := null; -- stored weeks of staff do not fit a computed one
    end if;

    v_bookable := tstzmultirange '{}';
    foreach v_offset in array v_week.offsets loop
      v_bookable := v_bookable + tstzmultirange(
        v_salon.bookable * schnittwerk_core.local_range(v_day, v_last_day + 1, v_offset));
    end loop;
    v_is_one_range := cardinality(v_week.offsets) = 1 and v_full_days is null;
    if v_full_days is not null then
      v_bookable := v_bookable - v_full_days;
    end if;

    if not isempty(v_bookable) then
      v_first_start := lower(v_bookable);
      v_last_start := upper(v_bookable) - interval '1 microsecond';
      if v_salon.has_price_rules and (v_curves is null or p_limit is not null) then
        v_curves := schnittwerk_core.price_curves(
          p_service_id, v_staff_ids, v_rules,
          case when p_limit is not null or v_to < v_monday + 7 then array[v_week]
            else array(
              select schnittwerk_core.current_salon_week(v_caller.salon_id, w.monday::date)
              from generate_series(v_monday, v_to, interval '7 days') w (monday)
            ) end,
          v_first_start,
          case when p_limit is null and v_last_day < v_to then upper(v_salon.bookable * tstzrange(
            null, (v_to + 2)::timestamp at time zone v_salon.time_zone))
          else v_last_start end,
          v_moved_claim_ids);
      end if;
      if not v_is_plain then
        return query
        select
          way.staff_id, slot.starts_at, slot.starts_at + way.duration,
          ceil(extract(epoch from way.duration) / 60)::int,
          slot.starts_at <@ v_week.preferred,
          case when curve.since is null then way.price
            else curve.prices[width_bucket(slot.starts_at, curve.since)] end
        from schnittwerk_core.ways(
          v_caller.salon_id, v_terms, v_week, v_first_start, v_last_start, v_moved_claim_ids
        ) way
        left join unnest(v_curves) curve on way.staff_id = any (curve.staff_ids)
        cross join lateral (
          select g.starts_at
          from schnittwerk_core.grid_starts(
            way.starts - (
              select coalesce(
                range_agg(tstzrange(lower(b.during) - way.duration, upper(b.during), '()')), '{}')
              from unnest(v_busy) b (during)
            ), '0', v_salon.step, way.grid_origins, v_first_start, v_last_start
          ) g
          where v_is_one_range or g.starts_at <@ v_bookable
          limit v_missing
        ) slot
        order by slot.starts_at, way.staff_id
        limit v_missing;
      else
        return query
        with performer as (
          select
            terms.staff_id, terms.duration, terms.price, curve.since, curve.prices,
            make_interval(mins => terms.buffer_before_minutes) as buffer_before,
            make_interval(mins => terms.buffer_after_minutes) as buffer_after,
            v_last_start + terms.duration
              + make_interval(mins => terms.buffer_after_minutes) as last_claim,
            coalesce(kept, schnittwerk_core.compute_staff_week(v_week, terms.staff_id)) as week
          from unnest(v_terms) terms
          left join schnittwerk_core.staff_week kept
            on kept.salon_id = v_caller.salon_id and kept.staff_id = terms.staff_id
            and kept.week = v_monday and kept.salon_version = v_week.version
            and kept.staff_version = terms.calendar_version
          left join unnest(v_curves) curve on terms.staff_id = any (curve.staff_ids)
          offset 0
        ),
        free as (
          select
            p.staff_id, p.duration, p.price, p.since, p.prices,
            (p.week).grid_origins as grid_origins,
            -- All time between two claims is free, except for the buffers of the service itself.
            (p.week).open - (
              select coalesce(
                range_agg(tstzrange(o.starts_at - p.buffer_after, o.ends_at + p.buffer_before)), '{}')
              from schnittwerk_core.occupancy o
              where o.salon_id = v_caller.salon_id and o.resource_id = p.staff_id
                and o.ends_at > v_first_start - p.buffer_before
                and o.ends_at < p.last_claim + interval '72 hours'
                and o.starts_at < p.last_claim
                and (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
                and o.claim_id <> all (v_moved_claim_ids)
            ) - v_busy as time
          from performer p
          offset 0
        )
        select
          free.staff_id, slot.starts_at, slot.starts_at + free.duration,
          ceil(extract(epoch from free.duration) / 60)::int,
          slot.starts_at <@ v_week.preferred,
          case when free.since is null then free.price
            else free.prices[width_bucket(slot.starts_at, free.since)] end
        from free
        cross join lateral (
          select g.starts_at
          from schnittwerk_core.grid_starts(
            free.time, free.duration, v_salon.step, free.grid_origins,
            v_first_start, v_last_start
          ) g
          where v_is_one_range or g.starts_at <@ v_bookable
          -- Starts come in order of time, so nobody has more among the first.
          limit v_missing
        ) slot
        order by slot.starts_at, free.staff_id
        limit v_missing;
      end if;
      get diagnostics v_count = row_count;
      v_found := v_found + v_count;
      v_missing := v_missing - v_count;
    end if;
    v_day := v_last_day + 1;
  end loop;

  if v_found > v_most_rows then
    perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault('p_limit', v_found,
      'give p_limit, one p_staff_id, fewer days or a longer p_slot_interval_minutes'));
  end if;
  -- Checks the ids only if nothing was found: otherwise they exist.
  if v_found = 0 then
    if not exists (
      select from schnittwerk_core.services v
      where v.salon_id = v_caller.salon_id and v.id = p_service_id
    ) then
      perform schnittwerk_core.refuse('not_found', 'There is no such service');
    end if;
    perform schnittwerk_core.require_staff(v_caller.salon_id, v_staff_ids);
  end if;
end
$$;

comment on function schnittwerk_core.find_slots(uuid, date, date, uuid, int, int, uuid, text, uuid, uuid) is
  'Engine of schnittwerk.find_slots. p_customer_id: whose prices to list; null means the caller''s.';

revoke execute on function schnittwerk_core.find_slots from public;
grant execute on function schnittwerk_core.find_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.find_slots(
  p_service_id uuid,
  p_from date,
  p_to date default null,
  p_staff_id uuid default null,
  p_slot_interval_minutes int default null,
  p_limit int default null,
  p_appointment_id uuid default null,
  p_promotion_code text default null,
  p_salon_id uuid default null
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric
)
language sql
stable
begin atomic
  select f.staff_id, f.starts_at, f.ends_at, f.duration_minutes, f.is_preferred, f.price
  from schnittwerk_core.find_slots(
    p_service_id, p_from, p_to, p_staff_id, p_slot_interval_minutes, p_limit,
    p_appointment_id, p_promotion_code, p_salon_id
  ) f;
end;

comment on function schnittwerk.find_slots(uuid, date, date, uuid, int, int, uuid, text, uuid) is
  'Free slots of a service, by start, then staff id: one row per member of staff and start. Each row has that person''s duration in minutes and the price that a booking by this caller has now. p_from, p_to: local dates, both included, at most 92 days; p_to null means p_from. p_staff_id: null means everyone who performs the service. p_slot_interval_minutes: 1 to 1440; null means the salon''s. p_limit: number of rows; 1 finds the first free slot without computing the rest. More than 100000 rows are invalid_input. p_appointment_id: lists where this appointment could move, as if it were not there. It keeps its length, steps, buffers and price, unless p_service_id is another service, whose terms then apply. The list is empty if the caller may not move the appointment, and has only its own start if they may only change its service. The salon team also sees the starts that need p_override_reason because of the appointment''s deadline or limits, or other appointments of the customer. Customers see no starts at which they have another appointment (under prevent_customer_overlap). p_promotion_code: lists prices with this promotion where it applies; not allowed with p_appointment_id. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.find_slots from public;
grant execute on function schnittwerk.find_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
