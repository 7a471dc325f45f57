-- Deploy schnittwerk:api

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/api/booking/find_slots.sql
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
-- end include

-- include: sql/api/booking/recommend_slots.sql
create function schnittwerk_core.recommend_slots(
  p_service_id uuid,
  p_from date,
  p_to date,
  p_staff_id uuid,
  p_customer_id uuid,
  p_limit int,
  p_salon_id uuid
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric,
  score numeric,
  reasons text[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- The planner cannot estimate the number of slots.
set enable_nestloop = off
as $$
declare
  -- How much lost time each habit makes up for.
  v_usual_staff constant interval := interval '20 minutes';
  v_usual_weekday constant interval := interval '10 minutes';
  v_usual_hour constant interval := interval '10 minutes';
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_to constant date := coalesce(p_to, p_from);
  v_salon schnittwerk_core.salon;
  v_habits schnittwerk_core.habits;
  v_busy tstzmultirange := tstzmultirange '{}';
begin
  perform schnittwerk_core.require_valid(
    variadic array[
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 100)
    ] || schnittwerk_core.date_range_faults(p_from, v_to, 92)
  );
  select s.* into v_salon from schnittwerk_core.salon s where s.id = v_caller.salon_id;
  if p_customer_id is not null then
    if not schnittwerk_core.may_know_customer(v_caller, p_customer_id) then
      perform schnittwerk_core.refuse('not_found', 'There is no such customer');
    end if;
    v_habits := schnittwerk_core.customer_habits(
      v_caller.salon_id, p_customer_id, v_salon.time_zone);
    if (v_caller.policies -> 'prevent_customer_overlap')::boolean then
      select coalesce(range_agg(tstzrange(b.starts_at, b.ends_at)), '{}') into v_busy
      from schnittwerk_core.busy_with(
        v_caller.salon_id, p_customer_id,
        -- Wide enough for any time zone and for the longest booking.
        p_from - interval '1 day', v_to + interval '5 days') b;
    end if;
    perform schnittwerk_core.log_personal_read(v_caller, 'recommend_slots', 1, p_customer_id);
  end if;

  return query
  with slot as materialized (
    select f.*
    from schnittwerk_core.find_slots(
      p_service_id => p_service_id, p_from => p_from, p_to => v_to, p_staff_id => p_staff_id,
      p_slot_interval_minutes => null, p_limit => schnittwerk_core.most_rows(),
      p_appointment_id => null, p_promotion_code => null, p_salon_id => v_caller.salon_id,
      p_customer_id => p_customer_id
    ) f
    where isempty(v_busy) or not tstzrange(f.starts_at, f.ends_at) && v_busy
  ),
  listed as materialized (
    select array_agg(m.staff_id) as staff_ids, min(m.first) as first, max(m.last) as last
    from (
      select s.staff_id, min(s.starts_at) as first, max(s.starts_at) as last
      from slot s
      group by s.staff_id
    ) m
  ),
  -- The shortest time into which any service of the member of staff fits. Where the time ends at
  -- a claim, the service's buffer on that side counts too.
  least_time as materialized (
    select
      t.staff_id,
      min(t.duration) as alone,
      min(t.duration + b.before) as after_claim,
      min(t.duration + b.after) as before_claim,
      min(t.duration + b.before + b.after) as between_claims
    from listed l
    join schnittwerk_core.services v on v.salon_id = v_caller.salon_id and v.is_active
    cross join lateral schnittwerk_core.service_terms(
      v_caller.salon_id, v.id, l.staff_ids, v_caller.policies, v_salon.buffer_time_minutes
    ) t
    cross join lateral (
      select
        make_interval(mins => t.buffer_before_minutes) as before,
        make_interval(mins => t.buffer_after_minutes) as after
    ) b
    where t.is_offered
    group by t.staff_id
  ),
  stretch as materialized (
    select
      f.staff_id, f.n, f.starts_at, f.ends_at,
      case when f.ends_at - f.starts_at < case
        when f.follows_claim and f.precedes_claim then m.between_claims
        when f.follows_claim then m.after_claim
        when f.precedes_claim then m.before_claim
        else m.alone
      end then f.ends_at - f.starts_at else '0' end as lost,
      case when f.follows_claim then m.between_claims else m.before_claim end as least_before,
      case when f.precedes_claim then m.between_claims else m.after_claim end as least_after,
      m.between_claims
    from listed l
    cross join lateral schnittwerk_core.free_stretches(
      v_caller.salon_id, l.staff_ids, l.first, l.last) f
    join least_time m on m.staff_id = f.staff_id
  ),
  -- Each run of steps for which the booking claims the member of staff, and its neighbours.
  run as materialized (
    select
      t.staff_id, c.claim_from, c.claim_until,
      lag(c.claim_until) over runs as earlier_until, lead(c.claim_from) over runs as later_from,
      k.starts as stretch_starts
    from listed l
    cross join lateral schnittwerk_core.service_terms(
      v_caller.salon_id, p_service_id, l.staff_ids, v_caller.policies, v_salon.buffer_time_minutes
    ) t
    cross join lateral schnittwerk_core.staff_claims(
      t.steps, t.duration, t.buffer_before_minutes, t.buffer_after_minutes) c
    join (
      select f.staff_id, array_agg(f.starts_at order by f.n) as starts
      from stretch f
      group by f.staff_id
    ) k on k.staff_id = t.staff_id
    window runs as (partition by t.staff_id order by c.claim_from)
  ),
  slot_run as materialized (
    select
      s.staff_id, s.starts_at,
      width_bucket(s.starts_at + greatest(r.claim_from, '0'), r.stretch_starts) as n,
      s.starts_at + r.claim_from as claim_from, s.starts_at + r.claim_until as claim_until,
      s.starts_at + r.earlier_until as earlier_until, s.starts_at + r.later_from as later_from
    from slot s
    join run r on r.staff_id = s.staff_id
  ),
  -- The time that each run leaves before it, and after it unless the next run is in the same
  -- stretch.
  left_over as (
    select
      r.staff_id, r.starts_at,
      f.lost as lost_anyway, f.least_before, f.least_after, f.between_claims,
      r.earlier_until >= f.starts_at as is_after_run,
      r.later_from <= f.ends_at as is_before_run,
      r.claim_from - greatest(f.starts_at, r.earlier_until) as before,
      f.ends_at - r.claim_until as after
    from slot_run r
    join stretch f on f.staff_id = r.staff_id and f.n = r.n
  ),
  loss as (
    select
      l.staff_id, l.starts_at,
      sum(
        case
          when l.before <= '0' then '0'
          when l.is_after_run then case when l.before < l.between_claims then l.before else '0' end
          when l.before < l.least_before then l.before
          else '0'
        end
        + case
          when l.is_before_run or l.after <= '0' then '0'
          when l.after < l.least_after then l.after
          else '0'
        end
        - case when l.is_after_run then '0' else l.lost_anyway end
      ) as lost
    from left_over l
    group by l.staff_id, l.starts_at
  ),
  rated as (
    select
      s.*, l.lost,
      p_customer_id is not null and s.staff_id = any (v_habits.staff_ids) as is_usual_staff,
      p_customer_id is not null
        and extract(dow from s.starts_at at time zone v_salon.time_zone)::int
          = any (v_habits.weekdays) as is_usual_weekday,
      p_customer_id is not null
        and extract(hour from s.starts_at at time zone v_salon.time_zone)::int
          = any (v_habits.hours) as is_usual_hour
    from slot s
    join loss l on l.staff_id = s.staff_id and l.starts_at = s.starts_at
  ),
  best as (
    select
      r.*,
      case when r.is_usual_staff then v_usual_staff else '0' end
        + case when r.is_usual_weekday then v_usual_weekday else '0' end
        + case when r.is_usual_hour then v_usual_hour else '0' end
        - r.lost as score
    from rated r
    order by score desc, r.starts_at, r.staff_id
    limit p_limit
  )
  select
    b.staff_id, b.starts_at, b.ends_at, b.duration_minutes, b.is_preferred, b.price,
    round(extract(epoch from b.score) / 60),
    array_remove(array[
      case when b.lost <= '0' then 'no_time_lost' end,
      case when b.is_usual_staff then 'usual_staff' end,
      case when b.is_usual_weekday then 'usual_weekday' end,
      case when b.is_usual_hour then 'usual_hour' end,
      case when b.is_preferred then 'preferred_hours' end,
      case when b.starts_at = (select l.first from listed l) then 'soonest' end
    ], null)
  from best b
  order by b.score desc, b.starts_at, b.staff_id;
end
$$;

comment on function schnittwerk_core.recommend_slots(uuid, date, date, uuid, uuid, int, uuid) is
  'Engine of schnittwerk.recommend_slots.';

revoke execute on function schnittwerk_core.recommend_slots from public;
grant execute on function schnittwerk_core.recommend_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.recommend_slots(
  p_service_id uuid,
  p_from date,
  p_to date default null,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_limit int default 5,
  p_salon_id uuid default null
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric,
  score numeric,
  reasons text[]
)
language sql
stable
begin atomic
  select
    r.staff_id, r.starts_at, r.ends_at, r.duration_minutes, r.is_preferred, r.price, r.score,
    r.reasons
  from schnittwerk_core.recommend_slots(
    p_service_id, p_from, p_to, p_staff_id, p_customer_id, p_limit, p_salon_id
  ) r;
end;

comment on function schnittwerk.recommend_slots(uuid, date, date, uuid, uuid, int, uuid) is
  'The best of the slots that find_slots lists, by score, then start, then staff id. score is in minutes. It loses the open time that the booking would leave too short for any service of the member of staff, unless that time is too short anyway. It gains 20 for the customer''s usual member of staff, 10 for their usual weekday and 10 for their usual hour. Usual is what at least half of their last ten appointments share. reasons that count for the score: no_time_lost, usual_staff, usual_weekday, usual_hour. reasons that do not: preferred_hours (is_preferred) and soonest (the first start of all). p_from, p_to, p_staff_id: as for find_slots; of more than 100000 slots the first are rated. p_customer_id: the customer whose habits and prices count; customers may name only themselves, the salon team anyone. Slots during the customer''s own appointments are left out (under prevent_customer_overlap). p_limit: 1 to 100 rows. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.recommend_slots from public;
grant execute on function schnittwerk.recommend_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/pricing/explain_price.sql
create function schnittwerk_core.explain_price(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_promotion_code text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_customer_id uuid;
  v_verdict schnittwerk_core.verdict;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_service_id', p_service_id is null),
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
    schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
    schnittwerk_core.text_fault('p_promotion_code', p_promotion_code, 100, false)
  );
  if v_caller.role = 'customer' then
    v_customer_id := schnittwerk_core.own_customer(v_caller);
  end if;
  v_verdict := (schnittwerk_core.judge_start(
    v_caller.salon_id, p_service_id, array[p_staff_id], p_starts_at,
    p_customer_id => v_customer_id, p_takes_promotions => true,
    p_promotion_code => p_promotion_code))[1];
  if v_verdict.staff_id is null then
    perform schnittwerk_core.refuse('not_found', 'There is no such service or member of staff');
  end if;
  return coalesce(v_verdict.price_details, jsonb_build_object(
    'base_price', (
      select coalesce(o.custom_price, v.base_price)
      from schnittwerk_core.services v
      left join schnittwerk_core.staff_services o
        on o.salon_id = v.salon_id and o.service_id = v.id and o.staff_id = p_staff_id
      where v.salon_id = v_caller.salon_id and v.id = p_service_id
    ),
    'rules', '[]'::jsonb,
    'price', v_verdict.price
  )) || jsonb_build_object('code', (
    select f.code
    from unnest(v_verdict.failures) f (code)
    where f.code in ('promotion_not_valid', 'promotion_used_up')
  ));
end
$$;

comment on function schnittwerk_core.explain_price(uuid, uuid, timestamptz, text, uuid) is
  'Engine of schnittwerk.explain_price.';

revoke execute on function schnittwerk_core.explain_price from public;
grant execute on function schnittwerk_core.explain_price
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.explain_price(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_promotion_code text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.explain_price(
  p_service_id, p_staff_id, p_starts_at, p_promotion_code, p_salon_id
);

comment on function schnittwerk.explain_price(uuid, uuid, timestamptz, text, uuid) is
  'How the price of a start comes about, for a booking by this caller now, whether or not the time is free. Returns {"base_price", "rules": [{"id", "name", "kind", "amount"}], "price", "code"}. base_price is the member of staff''s own price, else the service''s. amount is what a rule that applies adds, before rounding. price is their sum within the service''s limits, rounded by price_rounding if a rule applied. code is promotion_not_valid or promotion_used_up if the promotion does not apply, else null. The reason stays secret, and so do promotions whose code was not given. p_starts_at: a whole minute. p_promotion_code: case and white space do not matter. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.explain_price from public;
grant execute on function schnittwerk.explain_price
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/pricing/simulate_prices.sql
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
-- end include

-- include: sql/api/booking/explain_slot.sql
create function schnittwerk_core.explain_slot(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_appointment_id uuid,
  p_customer_id uuid,
  p_salon_id uuid
)
returns table (rule text, passed boolean, code text, details text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_is_move constant boolean := p_appointment_id is not null;
  v_moved schnittwerk_core.appointments;
  v_customer_id uuid := p_customer_id;
  v_calendar schnittwerk_core.salon_calendar;
  v_verdict schnittwerk_core.verdict;
  v_failures text[];
  v_limit text;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_service_id', p_service_id is null),
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
    schnittwerk_core.instant_fault('p_starts_at', p_starts_at)
  );
  if v_is_move then
    v_moved := schnittwerk_core.visible_appointment(v_caller, p_appointment_id);
    perform schnittwerk_core.require_valid(schnittwerk_core.fault(
      'p_customer_id', coalesce(v_moved.customer_id <> p_customer_id, false), 'not_of_the_appointment',
      'p_customer_id must be the customer of the appointment'));
    v_customer_id := v_moved.customer_id;
  elsif p_customer_id is null and v_caller.role = 'customer' then
    v_customer_id := schnittwerk_core.own_customer(v_caller);
  elsif p_customer_id is not null
    and not schnittwerk_core.may_know_customer(v_caller, p_customer_id)
  then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;
  v_verdict := (schnittwerk_core.judge_start(
    v_caller.salon_id, p_service_id, array[p_staff_id], p_starts_at,
    p_exclude_claim_ids => array_remove(array[p_appointment_id], null), p_moved => v_moved,
    p_customer_id => v_customer_id, p_visit_id => v_moved.visit_id))[1];
  if v_verdict.staff_id is null then
    perform schnittwerk_core.refuse('not_found', 'There is no such service or member of staff');
  end if;
  v_failures := v_verdict.failures;
  if v_is_move then
    v_failures := v_failures || schnittwerk_core.change_failures(
      v_caller, v_moved,
      case when p_service_id <> v_moved.service_id
          and (p_staff_id, p_starts_at) = (v_moved.staff_id, v_moved.starts_at)
        then 'change_service' else 'reschedule' end);
  end if;

  -- The service is exempt from limits.
  if v_customer_id is not null and v_caller.role <> 'service' then
    v_limit := schnittwerk_core.booking_limit_details(
      v_caller.salon_id, v_customer_id, p_starts_at,
      p_moved_appointment_id => p_appointment_id);
    if v_limit is not null then
      v_failures := v_failures || text 'booking_limit_reached';
    end if;
  end if;

  if v_failures <> '{}' then
    v_calendar := schnittwerk_core.week_calendar(v_caller.salon_id, p_starts_at => p_starts_at);
  end if;
  return query
  select
    r.rule,
    not r.code = any (v_failures),
    case when r.code = any (v_failures) then r.code end,
    case
      when not r.code = any (v_failures) then null
      when r.code = 'booking_limit_reached' then v_limit
      when r.is_about_moves then schnittwerk_core.change_details(r.code, v_moved)
      else schnittwerk_core.refusal_details(
        r.code, v_calendar, p_starts_at, p_units => v_verdict.units)
    end
  from (
    values
      ('status', 'wrong_status', true),
      ('not part of a visit', 'part_of_a_visit', true),
      ('reschedule deadline', 'reschedule_deadline_passed', true),
      ('reschedule limit', 'reschedule_limit_reached', true),
      ('booking limit', 'booking_limit_reached', false),
      ('service is offered', 'service_not_offered', false),
      ('minimum notice', 'notice_too_short', false),
      ('booking horizon', 'too_far_ahead', false),
      ('no holiday', 'holiday', false),
      ('open that day', 'business_closed', false),
      ('business hours', 'outside_business_hours', false),
      ('slot grid', 'off_grid', false),
      ('staff available', 'staff_unavailable', false),
      ('rooms and equipment are free', 'resource_unavailable', false),
      ('time is free', 'slot_conflict', false),
      ('customer is free', 'customer_busy', false)
  ) r (rule, code, is_about_moves)
  join schnittwerk_core.error_code e on e.code = r.code
  where v_is_move or not r.is_about_moves
  order by e.rank;
end
$$;

comment on function schnittwerk_core.explain_slot(uuid, uuid, timestamptz, uuid, uuid, uuid) is
  'Engine of schnittwerk.explain_slot.';

revoke execute on function schnittwerk_core.explain_slot from public;
grant execute on function schnittwerk_core.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.explain_slot(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_appointment_id uuid default null,
  p_customer_id uuid default null,
  p_salon_id uuid default null
)
returns table (rule text, passed boolean, code text, details text)
language sql
stable
begin atomic
  select e.rule, e.passed, e.code, e.details
  from schnittwerk_core.explain_slot(
    p_service_id, p_staff_id, p_starts_at, p_appointment_id, p_customer_id, p_salon_id
  ) e;
end;

comment on function schnittwerk.explain_slot(uuid, uuid, timestamptz, uuid, uuid, uuid) is
  'Every booking rule once for one start: whether it passes and, if not, the code and details with which a booking would be refused. All rules pass exactly when the caller can book the slot now. p_starts_at: a whole minute. p_appointment_id: judges a move of this appointment to the start instead, by its status, deadline and limit of moves too. All rules pass exactly when reschedule_booking would move it without an override. If p_service_id is another service, the move is judged on its terms. p_customer_id: whom the booking is for; customers may name only themselves, the salon team anyone. Null means the caller, if they are a customer. For a move it must be the customer of the appointment, or null. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.explain_slot from public;
grant execute on function schnittwerk.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/validate_appointment_timing.sql
create function schnittwerk_core.validate_appointment_timing(
  p_starts_at timestamptz, p_ends_at timestamptz, p_salon_id uuid
)
returns table (is_valid boolean, error_message text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_now constant timestamptz := schnittwerk_core.clock();
  -- A notice is never negative and a horizon at most 730 days. An instant further away breaks the
  -- same rule as these bounds, and could overflow the calculations.
  v_starts_at constant timestamptz :=
    least(greatest(p_starts_at, v_now - interval '1 day'), v_now + interval '731 days');
  v_ends_at constant timestamptz := greatest(
    least(p_ends_at, v_starts_at + interval '25 hours'), v_starts_at + interval '1 microsecond');
  v_calendar schnittwerk_core.salon_calendar;
  v_code text;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('appointment_start', p_starts_at is null),
    schnittwerk_core.required_fault('appointment_end', p_ends_at is null)
  );
  v_calendar := schnittwerk_core.week_calendar(v_caller.salon_id, p_starts_at => v_starts_at);
  v_code := case when p_ends_at <= p_starts_at then 'invalid_times'
    else (array_remove(
      schnittwerk_core.lead_time_failures(
        v_calendar.earliest_start, v_calendar.latest_start, v_starts_at
      ) || schnittwerk_core.opening_failures(
        v_calendar.salon_id, v_calendar.time_zone, v_calendar.hours, v_calendar.closures,
        v_starts_at, v_ends_at
      ), null))[1] end;
  error_message := case
    when v_code is not null
      then schnittwerk_core.refusal_details(v_code, v_calendar, v_starts_at)
    -- A salon that never closes is open for longer, but no service takes longer.
    when v_ends_at > v_starts_at + interval '24 hours'
      then 'An appointment lasts at most 24 hours'
  end;
  is_valid := error_message is null;
  return next;
end
$$;

comment on function schnittwerk_core.validate_appointment_timing(timestamptz, timestamptz, uuid) is
  'Engine of schnittwerk.validate_appointment_timing.';

revoke execute on function schnittwerk_core.validate_appointment_timing from public;
grant execute on function schnittwerk_core.validate_appointment_timing
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.validate_appointment_timing(
  appointment_start timestamptz, appointment_end timestamptz, p_salon_id uuid default null
)
returns table (is_valid boolean, error_message text)
language sql
stable
begin atomic
  select v.is_valid, v.error_message
  from schnittwerk_core.validate_appointment_timing(
    appointment_start, appointment_end, p_salon_id
  ) v;
end;

comment on function schnittwerk.validate_appointment_timing(timestamptz, timestamptz, uuid) is
  'Whether an appointment from appointment_start to appointment_end passes the salon''s timing rules: notice, horizon, holidays and opening hours. Returns one row; error_message describes the first rule that fails. Accepts any two instants, also with seconds, in the past, in the wrong order or infinite. A booking accepts whole minutes only. Raises invalid_input (an instant is missing), salon_required, not_found.';

revoke execute on function schnittwerk.validate_appointment_timing from public;
grant execute on function schnittwerk.validate_appointment_timing
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/create_booking.sql
create function schnittwerk_core.create_booking(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid,
  p_notes text,
  p_expected_price numeric,
  p_override_reason text,
  p_hold_id uuid,
  p_promotion_code text,
  p_salon_id uuid,
  p_ends_at timestamptz default null,
  p_user_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'create', p_salon_id, '{admin,receptionist,staff,customer}',
    p_override_reason => p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_staff_ids uuid[] := array[p_staff_id];
  v_claim_ids uuid[] := array[]::uuid[];
  v_limit text;
  v_hold schnittwerk_core.hold;
  v_held schnittwerk_core.appointments;
  v_verdict schnittwerk_core.verdict;
  v_appointment schnittwerk_core.appointments;
  v_detail text;
  v_constraint text;
begin
  if v_caller.kind = 'service' then
    v_caller.user_id := p_user_id;
  elsif v_caller.answer is null and p_user_id <> v_caller.user_id then
    v_caller.answer := schnittwerk_core.failure(
      'forbidden', 'p_user_id is not the signed-in user');
  end if;
  if v_caller.answer is null then
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_caller.starts_at := p_starts_at;
    v_caller.promotion_code := p_promotion_code;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        v_caller.customer_id, p_service_id, schnittwerk_core.utc_text(p_starts_at), p_staff_id,
        p_notes, trim_scale(p_expected_price), p_override_reason,
        schnittwerk_core.utc_text(p_ends_at), p_hold_id,
        schnittwerk_core.promotion_code(p_promotion_code)
      ),
      schnittwerk_core.fault(
        'p_customer_id', v_caller.kind = 'service' and p_customer_id is null, 'required',
        'p_customer_id is required: the service is not a customer'),
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
      case when p_override_reason is not null
        then schnittwerk_core.horizon_fault(
          'p_starts_at', p_starts_at, p_override_reason, v_caller.policies) end,
      case when p_ends_at is not null
        then schnittwerk_core.instant_fault('p_ends_at', p_ends_at) end,
      case when p_notes is not null
        then schnittwerk_core.text_fault('p_notes', p_notes, 2000) end,
      case when p_expected_price is not null
        then schnittwerk_core.price_fault('p_expected_price', p_expected_price) end,
      case when p_promotion_code is not null then coalesce(
        schnittwerk_core.text_fault('p_promotion_code', p_promotion_code, 100),
        schnittwerk_core.fault(
          'p_promotion_code', p_hold_id is not null, 'not_allowed',
          'p_promotion_code must be left out with p_hold_id: give it to hold_slot')) end
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.customer_id := schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
      if p_hold_id is not null then
        v_hold := schnittwerk_core.hold_to_book(
          v_caller, p_hold_id, p_service_id, p_starts_at, p_staff_id);
        v_staff_ids := array[v_hold.staff_id];
        v_claim_ids := array[v_hold.id];
      end if;
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_caller.customer_id, p_starts_at, v_is_waived, v_claim_ids);
      if v_limit is not null then
        perform schnittwerk_core.require_service_and_staff(
          v_caller.salon_id, p_service_id, v_staff_ids);
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      if p_hold_id is not null then
        perform schnittwerk_core.lock_hold(v_hold);
        if p_expected_price <> v_hold.price then
          perform schnittwerk_core.refuse('price_mismatch', schnittwerk_core.refusal_details(
            'price_mismatch', null, p_starts_at, p_price => v_hold.price));
        end if;
        v_held.units := schnittwerk_core.held_units(v_caller.salon_id, v_claim_ids);
      elsif p_staff_id is null then
        v_staff_ids := schnittwerk_core.performers(v_caller.salon_id, p_service_id);
      end if;
      v_verdict := schnittwerk_core.settle_start(
        v_caller.salon_id, p_service_id, v_staff_ids, p_starts_at, v_is_waived, p_ends_at,
        case when p_hold_id is null then p_expected_price end, v_claim_ids, v_held,
        v_caller.customer_id, p_is_held => p_hold_id is not null,
        p_takes_promotions => true, p_promotion_code => p_promotion_code);
      if p_hold_id is not null then
        perform schnittwerk_core.take_held_use(v_hold, v_caller.customer_id);
        v_verdict.price := v_hold.price;
        v_verdict.price_details := v_hold.price_details;
        v_verdict.promotion_id := v_hold.promotion_id;
        perform schnittwerk_core.release_claim(v_caller.salon_id, p_hold_id);
      end if;
      v_appointment := schnittwerk_core.insert_appointment(
        v_caller, v_verdict, v_caller.customer_id, p_service_id, p_notes);
      v_caller.appointment_id := v_appointment.id;
      if p_hold_id is not null then
        perform schnittwerk_core.end_hold(v_hold, 'used', v_appointment.id);
      end if;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid, text, uuid, timestamptz, uuid) is
  'Engine of schnittwerk.create_booking. p_ends_at: checked if given. p_user_id: the user for whom the service acts, who then owns the key.';

revoke execute on function schnittwerk_core.create_booking from public;
grant execute on function schnittwerk_core.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.create_booking(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid default null,
  p_notes text default null,
  p_expected_price numeric default null,
  p_override_reason text default null,
  p_hold_id uuid default null,
  p_promotion_code text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.create_booking(
  p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes,
  p_expected_price, p_override_reason, p_hold_id, p_promotion_code, p_salon_id
);

comment on function schnittwerk.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid, text, uuid) is
  'Books a service. Answers {"success", "operation_id", "replayed", "correlation_id", "http_status", "appointment"}, or the refusal. The server computes the end and the price; explain_price shows how the price comes about. p_idempotency_key: 1 to 255 printable characters; null means the Idempotency-Key header. A retry with the same key and arguments gets the same answer. p_customer_id: null means the caller. p_starts_at: a whole minute. p_staff_id: null means, of those who are free then, the one with the fewest booked minutes that day. p_notes: at most 2000 characters. p_expected_price: refuses with price_mismatch if the price is another. p_override_reason: lets the salon team pass notice, horizon (up to 730 days), holidays, hours, availability, booking limits and other appointments of the customer; at most 2000 characters. p_hold_id: books the slot that hold_slot holds, at its price. Service and start must be those of the hold, the member of staff too or null. Notice and horizon were judged when the hold was made. If the hold was for nobody yet and has a promotion that the customer may not use, the booking is refused. p_promotion_code: refuses if the promotion does not apply to this booking; case and white space do not matter. Not allowed with p_hold_id, whose price stands. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, hold_expired, promotion_not_valid, promotion_used_up, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.create_booking from public;
grant execute on function schnittwerk.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/hold_slot.sql
create function schnittwerk_core.hold_slot(
  p_idempotency_key text,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid,
  p_customer_id uuid,
  p_promotion_code text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'hold_slot', p_salon_id, '{admin,receptionist,staff,customer}');
  v_staff_ids uuid[] := array[p_staff_id];
  v_hold schnittwerk_core.hold;
  v_replaced schnittwerk_core.hold;
  v_old_hold schnittwerk_core.hold;
  v_old_holds schnittwerk_core.hold[];
  v_old_ids uuid[];
  v_old_staff_ids uuid[];
  v_old schnittwerk_core.appointments;
  v_limit text;
  v_verdict schnittwerk_core.verdict;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null and v_caller.role = 'customer' then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_caller.starts_at := p_starts_at;
    v_caller.promotion_code := p_promotion_code;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        p_service_id, schnittwerk_core.utc_text(p_starts_at), p_staff_id, v_caller.customer_id,
        schnittwerk_core.promotion_code(p_promotion_code)),
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
      schnittwerk_core.text_fault('p_promotion_code', p_promotion_code, 100, false)
    );
  end if;
  if v_caller.answer is null then
    begin
      if v_caller.customer_id is not null or v_caller.role = 'customer' then
        v_caller.customer_id := schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
        perform schnittwerk_core.take_turn(v_caller.salon_id, v_caller.customer_id);
        select h.* into v_hold
        from schnittwerk_core.hold h
        where h.salon_id = v_caller.salon_id and h.customer_id = v_caller.customer_id
          and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
          and h.service_id = p_service_id and h.starts_at = p_starts_at
          and coalesce(h.staff_id = p_staff_id, true)
        order by h.expires_at
        limit 1;
        if p_promotion_code is not null and not exists (
          select from schnittwerk_core.price_rule r
          where r.salon_id = v_hold.salon_id and r.id = v_hold.promotion_id
            and r.conditions ->> 'code' = schnittwerk_core.promotion_code(p_promotion_code)
        ) then
          v_replaced := v_hold;
          v_hold := null;
        end if;
      end if;
      if v_hold.id is null then
        -- The holds to replace. Their time counts as free, like that of a moved appointment.
        v_old_holds := array(
          select o.hold
          from (
            select
              h as hold,
              row_number() over (
                order by h.id = v_replaced.id, h.expires_at desc, h.id desc) as n
            from schnittwerk_core.hold h
            where h.salon_id = v_caller.salon_id and h.customer_id = v_caller.customer_id
              and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
          ) o
          where o.n >= (v_caller.policies ->> 'max_open_holds_per_customer')::int
            or (o.hold).id = v_replaced.id
        );
        select
          coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.staff_id), '{}')
        into v_old_ids, v_old_staff_ids
        from unnest(v_old_holds) o;
        if v_caller.customer_id is not null and v_caller.role <> 'service' then
          v_limit := schnittwerk_core.booking_limit_details(
            v_caller.salon_id, v_caller.customer_id, p_starts_at, v_old_ids);
        end if;
        if v_limit is not null then
          perform schnittwerk_core.require_service_and_staff(
            v_caller.salon_id, p_service_id, v_staff_ids);
          perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
        end if;
        if p_staff_id is null then
          v_staff_ids := schnittwerk_core.performers(v_caller.salon_id, p_service_id);
        end if;
        perform schnittwerk_core.lock_resources(
          v_caller.salon_id, v_staff_ids || v_old_staff_ids);
        v_old.units := schnittwerk_core.held_units(v_caller.salon_id, v_old_ids);
        v_verdict := schnittwerk_core.settle_start(
          v_caller.salon_id, p_service_id, v_staff_ids, p_starts_at, false,
          p_exclude_claim_ids => v_old_ids, p_moved => v_old,
          p_customer_id => v_caller.customer_id, p_takes_promotions => true,
          p_promotion_code => p_promotion_code);
        -- An old hold may have been used or released before its staff were locked.
        for v_old_hold in
          select h.*
          from schnittwerk_core.hold h
          where h.salon_id = v_caller.salon_id and h.id = any (v_old_ids) and h.status = 'open'
        loop
          perform schnittwerk_core.free_hold(v_old_hold, 'released');
        end loop;
        insert into schnittwerk_core.hold as h (
          salon_id, customer_id, service_id, staff_id, starts_at, ends_at, price, price_details,
          promotion_id, expires_at
        )
        values (
          v_caller.salon_id, v_caller.customer_id, p_service_id, v_verdict.staff_id, p_starts_at,
          v_verdict.ends_at, v_verdict.price, v_verdict.price_details, v_verdict.promotion_id,
          least(
            schnittwerk_core.clock()
              + make_interval(mins => (v_caller.policies ->> 'hold_minutes')::int),
            p_starts_at, v_replaced.expires_at)
        )
        returning h.* into v_hold;
        perform schnittwerk_core.hold_time(
          v_hold.salon_id, v_hold.id, v_verdict, v_hold.expires_at);
        if v_old_ids <> '{}' then
          perform schnittwerk_core.offer_freed_time(v_caller.salon_id, v_old_staff_ids);
        end if;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'hold', schnittwerk_core.hold_json(v_hold), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.hold_slot(text, uuid, timestamptz, uuid, uuid, text, uuid) is
  'Engine of schnittwerk.hold_slot.';

revoke execute on function schnittwerk_core.hold_slot from public;
grant execute on function schnittwerk_core.hold_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.hold_slot(
  p_idempotency_key text,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_promotion_code text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.hold_slot(
  p_idempotency_key, p_service_id, p_starts_at, p_staff_id, p_customer_id, p_promotion_code,
  p_salon_id
);

comment on function schnittwerk.hold_slot(text, uuid, timestamptz, uuid, uuid, text, uuid) is
  'Keeps a slot for hold_minutes, but never past its start, at the price that it has now. Answers {"hold"}; create_booking with p_hold_id books it. A hold is judged like a booking, counts as one for the customer''s limits, and lapses by itself. A customer has at most max_open_holds_per_customer open holds. A new one replaces the oldest, whose time goes to the waitlist. Holding the same slot again answers the existing hold, with its first expiry. Holding it with another promotion code replaces the hold and keeps the expiry. p_idempotency_key: as for create_booking. p_starts_at: a whole minute. p_staff_id: as for create_booking. p_customer_id: customers hold for themselves, and null means the caller. For the salon team null means nobody yet. p_promotion_code: as for create_booking; the hold reserves a use of the promotion. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, promotion_not_valid, promotion_used_up, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.hold_slot from public;
grant execute on function schnittwerk.hold_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/release_hold.sql
create function schnittwerk_core.release_hold(
  p_idempotency_key text, p_hold_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'release_hold', p_salon_id, '{admin,receptionist,staff,customer}');
  v_hold schnittwerk_core.hold;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_hold_id),
      schnittwerk_core.required_fault('p_hold_id', p_hold_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_hold := schnittwerk_core.require_hold(v_caller, p_hold_id);
      v_caller.customer_id := v_hold.customer_id;
      v_caller.starts_at := v_hold.starts_at;
      perform schnittwerk_core.lock_hold(v_hold);
      v_hold := schnittwerk_core.free_hold(v_hold, 'released');
      perform schnittwerk_core.offer_freed_time(v_hold.salon_id, array[v_hold.staff_id]);
      v_caller.answer := schnittwerk_core.success('hold', schnittwerk_core.hold_json(v_hold));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.release_hold(text, uuid, uuid) is
  'Engine of schnittwerk.release_hold.';

revoke execute on function schnittwerk_core.release_hold from public;
grant execute on function schnittwerk_core.release_hold
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.release_hold(
  p_idempotency_key text, p_hold_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.release_hold(p_idempotency_key, p_hold_id, p_salon_id);

comment on function schnittwerk.release_hold(text, uuid, uuid) is
  'Ends a hold before it lapses and offers its time to the waitlist. Answers {"hold"}. Customers release their own holds, the salon team any. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, hold_expired.';

revoke execute on function schnittwerk.release_hold from public;
grant execute on function schnittwerk.release_hold
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/reschedule_booking.sql
create function schnittwerk_core.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid,
  p_reason text,
  p_override_reason text,
  p_new_service_id uuid,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'reschedule', p_salon_id, '{admin,receptionist,staff,customer}', p_reason, p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_before schnittwerk_core.appointments;
  v_after schnittwerk_core.appointments;
  v_staff_id uuid;
  v_service_id uuid;
  v_is_move boolean;
  v_is_changed boolean;
  v_limit text;
  v_verdict schnittwerk_core.verdict;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.starts_at := p_new_starts_at;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        p_appointment_id, schnittwerk_core.utc_text(p_new_starts_at), p_reason, p_override_reason,
        p_new_staff_id, p_new_service_id
      ),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null),
      schnittwerk_core.instant_fault('p_new_starts_at', p_new_starts_at),
      schnittwerk_core.horizon_fault(
        'p_new_starts_at', p_new_starts_at, p_override_reason, v_caller.policies)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_before := schnittwerk_core.lock_appointment(v_caller, p_appointment_id);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_before);
      v_staff_id := coalesce(p_new_staff_id, v_before.staff_id);
      v_service_id := coalesce(p_new_service_id, v_before.service_id);
      perform schnittwerk_core.require_service_and_staff(
        v_caller.salon_id, v_service_id, array[v_staff_id]);
      -- The same start with the same member of staff is no move.
      v_is_move := (v_before.staff_id, v_before.starts_at) <> (v_staff_id, p_new_starts_at);
      v_is_changed := v_before.service_id <> v_service_id;
      perform schnittwerk_core.require_change(
        v_caller, v_before,
        case when v_is_changed and not v_is_move then 'change_service' else 'reschedule' end,
        v_is_waived);
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_before.customer_id, p_new_starts_at, v_is_waived,
        p_moved_appointment_id => v_before.id);
      if v_limit is not null then
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      v_verdict := schnittwerk_core.settle_start(
        v_caller.salon_id, v_service_id, array[v_staff_id], p_new_starts_at, v_is_waived,
        p_exclude_claim_ids => array[v_before.id], p_moved => v_before,
        p_customer_id => v_before.customer_id, p_visit_id => v_before.visit_id,
        p_takes_promotions => v_before.visit_id is null);
      update schnittwerk_core.appointments a
      set
        service_id = v_service_id,
        staff_id = v_verdict.staff_id,
        starts_at = v_verdict.starts_at,
        ends_at = v_verdict.ends_at,
        price = v_verdict.price,
        price_details = case when v_is_changed then v_verdict.price_details
          else a.price_details end,
        promotion_id = case when v_is_changed then v_verdict.promotion_id
          else a.promotion_id end,
        buffer_before_minutes = v_verdict.buffer_before_minutes,
        buffer_after_minutes = v_verdict.buffer_after_minutes,
        steps = v_verdict.steps,
        units = v_verdict.units,
        reschedule_count = a.reschedule_count
          + (v_is_move and v_caller.role = 'customer')::int,
        cancellable_until = case when v_is_move
          then schnittwerk_core.cancellable_until(v_caller, v_before)
          else a.cancellable_until end
      where a.salon_id = v_before.salon_id and a.id = v_before.id
      returning a.* into v_after;
      if v_is_move or v_is_changed then
        perform schnittwerk_core.free_appointments(v_caller.salon_id, array[v_before]);
      end if;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_after));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid, uuid) is
  'Engine of schnittwerk.reschedule_booking.';

revoke execute on function schnittwerk_core.reschedule_booking from public;
grant execute on function schnittwerk_core.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid default null,
  p_reason text default null,
  p_override_reason text default null,
  p_new_service_id uuid default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.reschedule_booking(
  p_idempotency_key, p_appointment_id, p_new_starts_at, p_new_staff_id, p_reason,
  p_override_reason, p_new_service_id, p_salon_id
);

comment on function schnittwerk.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid, uuid) is
  'Moves a pending or confirmed appointment before its start, changes its service, or both. Answers {"appointment"}. The time that it gives up goes to the waitlist; the new time may overlap the old one. While the service stays, so do duration, steps, buffers and agreed price. The member of staff may then stay too, even if they or the service have been deactivated. A new service takes the terms on which the member of staff performs it now. It is priced anew, still with the promotion that was used if it applies. Customers may move their own appointments until the deadline and as often as agreed when they booked; only their own moves count. A new service at the same start with the same member of staff is not a move: only the deadline binds it. A move after the cancellation deadline does not start a new one. p_idempotency_key: as for create_booking. p_new_starts_at: a whole minute. p_new_staff_id, p_new_service_id: null means unchanged. p_reason: at most 2000 characters. p_override_reason: lets the salon team pass the deadline and the limit of moves, move one item of a visit, and pass the rules that create_booking waives; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, part_of_a_visit, reschedule_deadline_passed, reschedule_limit_reached, booking_limit_reached, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.reschedule_booking from public;
grant execute on function schnittwerk.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/cancel_booking.sql
create function schnittwerk_core.cancel_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_reason text,
  p_override_reason text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'cancel', p_salon_id, '{admin,receptionist,staff,customer}', p_reason, p_override_reason);
  v_appointment schnittwerk_core.appointments;
  v_is_late boolean;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(p_appointment_id, p_reason, p_override_reason),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_appointment := schnittwerk_core.lock_appointment(v_caller, p_appointment_id, true);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_appointment);
      perform schnittwerk_core.require_change(
        v_caller, v_appointment, 'cancel', p_override_reason is not null);
      perform schnittwerk_core.lock_resources(
        v_appointment.salon_id, schnittwerk_core.claimed_resources(v_appointment));
      v_is_late := schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(v_appointment);
      update schnittwerk_core.appointments a
      set
        status = 'cancelled',
        cancelled_at = schnittwerk_core.clock(),
        cancellation_reason = p_reason
      where a.salon_id = v_appointment.salon_id and a.id = v_appointment.id
      returning a.* into v_appointment;
      perform schnittwerk_core.free_appointments(v_caller.salon_id, array[v_appointment]);
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment)
      ) || jsonb_build_object('fee', case when v_is_late
        then schnittwerk_core.record_fee(v_appointment, 'late_cancellation') end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.cancel_booking(text, uuid, text, text, uuid) is
  'Engine of schnittwerk.cancel_booking.';

revoke execute on function schnittwerk_core.cancel_booking from public;
grant execute on function schnittwerk_core.cancel_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.cancel_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.cancel_booking(
  p_idempotency_key, p_appointment_id, p_reason, p_override_reason, p_salon_id
);

comment on function schnittwerk.cancel_booking(text, uuid, text, text, uuid) is
  'Cancels a pending or confirmed appointment before its start and offers its time to the waitlist. Answers {"appointment", "fee"}. Customers may cancel their own appointments until the deadline that was agreed when they booked. A cancellation after the deadline costs the late_cancellation_fee_percent that was agreed then; fee is null if nothing is owed. p_idempotency_key: as for create_booking. p_reason: at most 2000 characters. p_override_reason: lets the salon team cancel after the deadline, cancel one item of a visit, and cancel an appointment that has begun, until late_entry_hours after its end; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, part_of_a_visit, cancellation_deadline_passed.';

revoke execute on function schnittwerk.cancel_booking from public;
grant execute on function schnittwerk.cancel_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/confirm_booking.sql
create function schnittwerk.confirm_booking(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.change_status(
  'confirm', 'confirmed', p_idempotency_key, p_appointment_id, p_salon_id);

comment on function schnittwerk.confirm_booking(text, uuid, uuid) is
  'Confirms a pending appointment. Answers {"appointment"}. For the salon team. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.confirm_booking from public;
grant execute on function schnittwerk.confirm_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/complete_booking.sql
create function schnittwerk.complete_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.change_status(
  'complete', 'completed', p_idempotency_key, p_appointment_id, p_salon_id,
  p_override_reason);

comment on function schnittwerk.complete_booking(text, uuid, text, uuid) is
  'Completes a confirmed appointment, from its start on. Answers {"appointment", "fee"}: fee is the no-show fee that this withdraws, else null. For the salon team. p_idempotency_key: as for create_booking. p_override_reason: also completes an appointment that was wrongly marked as a no-show, until late_entry_hours after its end; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, slot_conflict.';

revoke execute on function schnittwerk.complete_booking from public;
grant execute on function schnittwerk.complete_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/mark_no_show.sql
create function schnittwerk.mark_no_show(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.change_status(
  'no_show', 'no_show', p_idempotency_key, p_appointment_id, p_salon_id,
  p_override_reason);

comment on function schnittwerk.mark_no_show(text, uuid, text, uuid) is
  'Marks a pending or confirmed appointment as a no-show, from its start on, and frees its time. Answers {"appointment", "fee"}. The customer owes the no_show_fee_percent that was agreed when they booked. A waived fee stays waived; fee is null if none was agreed. For the salon team. p_idempotency_key: as for create_booking. p_override_reason: also marks an appointment that was wrongly completed, until late_entry_hours after its end; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.mark_no_show from public;
grant execute on function schnittwerk.mark_no_show
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/waive_fee.sql
create function schnittwerk_core.waive_fee(
  p_idempotency_key text, p_appointment_id uuid, p_reason text, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'waive_fee', p_salon_id, '{admin,receptionist,staff}', p_reason);
  v_appointment schnittwerk_core.appointments;
  v_fee schnittwerk_core.fee;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_appointment_id, p_reason),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null),
      schnittwerk_core.required_fault('p_reason', p_reason is null));
  end if;
  if v_caller.answer is null then
    begin
      -- The lock under which fees are recorded and withdrawn.
      v_appointment := schnittwerk_core.lock_appointment(v_caller, p_appointment_id);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_appointment);
      select f.* into v_fee
      from schnittwerk_core.fee f
      where f.salon_id = v_caller.salon_id and f.appointment_id = p_appointment_id;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'The appointment has no fee');
      elsif v_fee.status <> 'owed' then
        perform schnittwerk_core.refuse(
          'wrong_status', format('The fee is %s already', v_fee.status));
      end if;
      update schnittwerk_core.fee f
      set status = 'waived', waived_at = schnittwerk_core.clock()
      where f.salon_id = v_caller.salon_id and f.appointment_id = p_appointment_id
      returning f.* into v_fee;
      v_caller.answer := schnittwerk_core.success('fee', schnittwerk_core.fee_json(v_fee));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.waive_fee(text, uuid, text, uuid) is
  'Engine of schnittwerk.waive_fee.';

revoke execute on function schnittwerk_core.waive_fee from public;
grant execute on function schnittwerk_core.waive_fee
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.waive_fee(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_reason text,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.waive_fee(p_idempotency_key, p_appointment_id, p_reason, p_salon_id);

comment on function schnittwerk.waive_fee(text, uuid, text, uuid) is
  'Waives the fee that a customer owes for an appointment. Answers {"fee"} with all its columns. A waived fee stays waived. For the salon team. p_idempotency_key: as for create_booking. p_reason: required, at most 2000 characters, kept in the audit trail. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found (also if the appointment has no fee), wrong_status (the fee is waived or withdrawn already).';

revoke execute on function schnittwerk.waive_fee from public;
grant execute on function schnittwerk.waive_fee
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/appointment_policies.sql
create function schnittwerk_core.appointment_policies(p_appointment_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_appointment constant schnittwerk_core.appointments :=
    schnittwerk_core.visible_appointment(v_caller, p_appointment_id);
  v_cancel constant text[] := schnittwerk_core.change_failures(
    v_caller, v_appointment, 'cancel');
  v_reschedule constant text[] := schnittwerk_core.change_failures(
    v_caller, v_appointment, 'reschedule');
begin
  return jsonb_build_object(
    'can_cancel', v_cancel = '{}',
    'cancel_deadline', schnittwerk_core.utc_text(
      schnittwerk_core.cancel_deadline(v_appointment)),
    'can_reschedule', v_reschedule = '{}',
    'reschedule_deadline', schnittwerk_core.utc_text(
      schnittwerk_core.reschedule_deadline(v_appointment)),
    'reschedules_left', greatest(
      0, v_appointment.max_reschedules - v_appointment.reschedule_count),
    'current_status', v_appointment.status,
    'reasons', (
      select coalesce(jsonb_agg(e.code order by e.rank), '[]')
      from schnittwerk_core.error_code e
      where e.code = any (v_cancel || v_reschedule)
    )
  );
end
$$;

comment on function schnittwerk_core.appointment_policies(uuid, uuid) is
  'Engine of schnittwerk.appointment_policies.';

revoke execute on function schnittwerk_core.appointment_policies from public;
grant execute on function schnittwerk_core.appointment_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.appointment_policies(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.appointment_policies(p_appointment_id, p_salon_id);

comment on function schnittwerk.appointment_policies(uuid, uuid) is
  'What the caller may do with an appointment now, as the writes would decide without an override. Returns {"can_cancel", "cancel_deadline", "can_reschedule", "reschedule_deadline", "reschedules_left", "current_status", "reasons"}, deadlines in UTC. reasons are the codes of the rules that forbid a cancellation or a move. cancel_deadline is that of the earlier start if the customer moved the appointment when it was too late to cancel. find_slots with p_appointment_id lists the times to which the appointment can move. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.appointment_policies from public;
grant execute on function schnittwerk.appointment_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/get_appointment.sql
create function schnittwerk_core.get_appointment(p_appointment_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_appointment constant schnittwerk_core.appointments :=
    schnittwerk_core.visible_appointment(v_caller, p_appointment_id);
begin
  perform schnittwerk_core.log_personal_read(
    v_caller, 'get_appointment', 1, v_appointment.customer_id);
  return schnittwerk_core.appointment_json(v_appointment) || jsonb_build_object(
    'fee', schnittwerk_core.fee_of(v_appointment.salon_id, v_appointment.id),
    'history', (
      select coalesce(jsonb_agg(
        schnittwerk_core.history_json(h)
        -- Who on the salon team acted, and why they made an exception, is internal.
        || case when schnittwerk_core.is_of_salon(v_caller) then '{}'
          else jsonb_build_object(
            'override_reason', null,
            'user_id', case when h.user_id = v_caller.user_id then h.user_id end
          ) end
        order by h.version
      ), '[]')
      from schnittwerk_core.appointment_history h
      where h.salon_id = v_appointment.salon_id and h.appointment_id = v_appointment.id
    )
  );
end
$$;

comment on function schnittwerk_core.get_appointment(uuid, uuid) is
  'Engine of schnittwerk.get_appointment.';

revoke execute on function schnittwerk_core.get_appointment from public;
grant execute on function schnittwerk_core.get_appointment
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_appointment(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_appointment(p_appointment_id, p_salon_id);

comment on function schnittwerk.get_appointment(uuid, uuid) is
  'An appointment with all its columns, "fee" and "history". fee is the one for a late cancellation or a no-show, or null. history is a list of {"version", "action", "user_id", "role", "reason", "override_reason", "from_status", "to_status", "from_service_id", "to_service_id", "from_staff_id", "to_staff_id", "from_starts_at", "to_starts_at", "correlation_id", "created_at"}. Customers see their own appointments, without override reasons and without who on the salon team acted. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_appointment from public;
grant execute on function schnittwerk.get_appointment
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/get_operation.sql
create function schnittwerk_core.get_operation(
  p_idempotency_key text, p_operation_type text, p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_operation schnittwerk_core.booking_operations;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.key_fault(p_idempotency_key),
    schnittwerk_core.text_fault('p_operation_type', p_operation_type, 50)
  );
  select o.* into v_operation
  from schnittwerk_core.booking_operations o
  where o.salon_id = v_caller.salon_id
    and o.caller = coalesce(v_caller.user_id::text, 'service')
    and o.operation_type = p_operation_type
    and o.idempotency_key = p_idempotency_key;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'You have not used this key');
  end if;
  perform schnittwerk_core.log_personal_read(v_caller, 'get_operation', 1, v_operation.customer_id);
  return schnittwerk_core.replayed_answer(v_caller, v_operation);
end
$$;

comment on function schnittwerk_core.get_operation(text, text, uuid) is
  'Engine of schnittwerk.get_operation.';

revoke execute on function schnittwerk_core.get_operation from public;
grant execute on function schnittwerk_core.get_operation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_operation(
  p_idempotency_key text, p_operation_type text, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_operation(p_idempotency_key, p_operation_type, p_salon_id);

comment on function schnittwerk.get_operation(text, text, uuid) is
  'The stored answer to one of the caller''s own keys, as a retry gets it: in full if the caller may still see its customer, else with ids only. p_operation_type: the type of the write, such as create, reschedule or cancel. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_operation from public;
grant execute on function schnittwerk.get_operation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/visit/find_visits.sql
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
-- end include

-- include: sql/api/visit/get_visit.sql
create function schnittwerk_core.get_visit(p_visit_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_visit constant schnittwerk_core.appointments[] :=
    schnittwerk_core.visible_visit(v_caller, p_visit_id);
begin
  perform schnittwerk_core.log_personal_read(
    v_caller, 'get_visit', cardinality(v_visit), v_visit[1].customer_id);
  return schnittwerk_core.visit_json(v_visit)
    || jsonb_build_object('fees', schnittwerk_core.fees_of(v_visit));
end
$$;

comment on function schnittwerk_core.get_visit(uuid, uuid) is 'Engine of schnittwerk.get_visit.';

revoke execute on function schnittwerk_core.get_visit from public;
grant execute on function schnittwerk_core.get_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_visit(p_visit_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_visit(p_visit_id, p_salon_id);

comment on function schnittwerk.get_visit(uuid, uuid) is
  'A visit: {"id", "customer_id", "starts_at", "ends_at", "price", "status", "appointments", "fees"}. It lasts from the first start to the last end. price is the sum of the prices, and status that of the item that is furthest from done. appointments have all their columns; fees are those that were recorded for them, in order. Cancelled items count only if all are cancelled. Customers see their own visits. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_visit from public;
grant execute on function schnittwerk.get_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/visit/create_visit.sql
create function schnittwerk_core.create_visit(
  p_idempotency_key text,
  p_customer_id uuid,
  p_items jsonb,
  p_starts_at timestamptz,
  p_notes text,
  p_expected_price numeric,
  p_override_reason text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'create_visit', p_salon_id, '{admin,receptionist,staff,customer}',
    p_override_reason => p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_items schnittwerk_core.visit_item[];
  v_limit text;
  v_verdicts schnittwerk_core.verdict[];
  v_visit schnittwerk_core.appointments[];
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_caller.starts_at := p_starts_at;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        v_caller.customer_id, p_items, schnittwerk_core.utc_text(p_starts_at), p_notes,
        trim_scale(p_expected_price), p_override_reason
      ),
      variadic schnittwerk_core.visit_items_faults(p_items) || array[
        schnittwerk_core.fault(
          'p_customer_id', v_caller.kind = 'service' and p_customer_id is null, 'required',
          'p_customer_id is required: the service is not a customer'),
        schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
        schnittwerk_core.horizon_fault(
          'p_starts_at', p_starts_at, p_override_reason, v_caller.policies),
        case when p_notes is not null
          then schnittwerk_core.text_fault('p_notes', p_notes, 2000) end,
        case when p_expected_price is not null
          then schnittwerk_core.price_fault('p_expected_price', p_expected_price) end
      ]
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.customer_id := schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
      v_items := schnittwerk_core.visit_items(v_caller.salon_id, p_items);
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_caller.customer_id, p_starts_at, v_is_waived);
      if v_limit is not null then
        perform schnittwerk_core.require_visit_items(v_caller.salon_id, v_items);
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      v_verdicts := schnittwerk_core.settle_visit(
        v_caller.salon_id, v_items, p_starts_at, v_is_waived, v_caller.customer_id,
        p_expected_price);
      v_visit := schnittwerk_core.insert_visit(
        v_caller, v_verdicts, v_caller.customer_id, v_items, p_notes);
      v_caller.appointment_id := v_visit[1].id;
      v_caller.answer := schnittwerk_core.success(
        'visit', schnittwerk_core.visit_json(v_visit), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.create_visit(text, uuid, jsonb, timestamptz, text, numeric, text, uuid) is
  'Engine of schnittwerk.create_visit.';

revoke execute on function schnittwerk_core.create_visit from public;
grant execute on function schnittwerk_core.create_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.create_visit(
  p_idempotency_key text,
  p_customer_id uuid,
  p_items jsonb,
  p_starts_at timestamptz,
  p_notes text default null,
  p_expected_price numeric default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.create_visit(
  p_idempotency_key, p_customer_id, p_items, p_starts_at, p_notes, p_expected_price,
  p_override_reason, p_salon_id
);

comment on function schnittwerk.create_visit(text, uuid, jsonb, timestamptz, text, numeric, text, uuid) is
  'Books a visit: all of its items or none. Answers {"visit"} in the form of get_visit. Notice, horizon and grid apply to the start of the visit. Two successive items of one member of staff have no buffer between them. A visit counts as one booking. A refusal because of one item names it: "item" is its position in p_items, from 0. p_idempotency_key: as for create_booking. p_customer_id: null means the caller. p_items: 1 to 8 of {"service_id", "staff_id"?, "together"?}, in order. Without staff_id the item gets the member of staff that find_visits lists for this start. With together true an item starts with the one before it. Otherwise it starts when that one, and all that start with it, have ended. p_starts_at: a whole minute. p_notes: for each appointment of the visit, at most 2000 characters. p_expected_price: the sum of the prices. p_override_reason: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.create_visit from public;
grant execute on function schnittwerk.create_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/visit/reschedule_visit.sql
create function schnittwerk_core.reschedule_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_new_starts_at timestamptz,
  p_reason text,
  p_override_reason text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'reschedule_visit', p_salon_id, '{admin,receptionist,staff,customer}', p_reason,
    p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_visit schnittwerk_core.appointments[];
  v_first schnittwerk_core.appointments;
  v_is_move boolean;
  v_limit text;
  v_verdicts schnittwerk_core.verdict[];
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.starts_at := p_new_starts_at;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        p_visit_id, schnittwerk_core.utc_text(p_new_starts_at), p_reason, p_override_reason),
      schnittwerk_core.required_fault('p_visit_id', p_visit_id is null),
      schnittwerk_core.instant_fault('p_new_starts_at', p_new_starts_at),
      schnittwerk_core.horizon_fault(
        'p_new_starts_at', p_new_starts_at, p_override_reason, v_caller.policies)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_visit := schnittwerk_core.lock_visit(v_caller, p_visit_id);
      v_first := schnittwerk_core.earliest_item(v_visit);
      v_visit := schnittwerk_core.open_items(v_visit);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_first);
      perform schnittwerk_core.require_change(
        v_caller, v_first, 'reschedule', v_is_waived, true);
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_first.customer_id, p_new_starts_at, v_is_waived,
        p_moved_appointment_id => p_visit_id);
      if v_limit is not null then
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      v_verdicts := schnittwerk_core.settle_visit(
        v_caller.salon_id, schnittwerk_core.booked_items(v_visit), p_new_starts_at, v_is_waived,
        v_first.customer_id, p_moved => v_visit);
      -- The same start is no move.
      v_is_move := v_first.starts_at <> p_new_starts_at;
      update schnittwerk_core.appointments a
      set
        starts_at = v_verdicts[v.n].starts_at,
        ends_at = v_verdicts[v.n].ends_at,
        units = v_verdicts[v.n].units,
        reschedule_count = a.reschedule_count
          + (v_is_move and v_caller.role = 'customer')::int,
        cancellable_until = case when v_is_move
          then schnittwerk_core.cancellable_until(v_caller, v_first)
          else a.cancellable_until end
      from generate_subscripts(v_visit, 1) v (n)
      where a.salon_id = v_caller.salon_id and a.id = v_visit[v.n].id;
      if v_is_move then
        perform schnittwerk_core.free_appointments(v_caller.salon_id, v_visit);
      end if;
      v_caller.answer := schnittwerk_core.success('visit', schnittwerk_core.visit_json(
        schnittwerk_core.visible_visit(v_caller, p_visit_id)));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.reschedule_visit(text, uuid, timestamptz, text, text, uuid) is
  'Engine of schnittwerk.reschedule_visit.';

revoke execute on function schnittwerk_core.reschedule_visit from public;
grant execute on function schnittwerk_core.reschedule_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.reschedule_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_new_starts_at timestamptz,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.reschedule_visit(
  p_idempotency_key, p_visit_id, p_new_starts_at, p_reason, p_override_reason, p_salon_id
);

comment on function schnittwerk.reschedule_visit(text, uuid, timestamptz, text, text, uuid) is
  'Moves the pending and confirmed items of a visit, all by the time between the start of the earliest and p_new_starts_at. Offers their old time to the waitlist. Answers {"visit"} in the form of get_visit. Staff, durations, distances, buffers and agreed prices stay. Deadlines and limits are those of the earliest item; a move by the customer counts once for each item. A refusal because of one item names it: "item" is its position in the visit''s appointments, from 0. p_idempotency_key: as for create_booking. p_new_starts_at: a whole minute. p_reason, p_override_reason: as for reschedule_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, reschedule_deadline_passed, reschedule_limit_reached, booking_limit_reached, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.reschedule_visit from public;
grant execute on function schnittwerk.reschedule_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/visit/cancel_visit.sql
create function schnittwerk_core.cancel_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_reason text,
  p_override_reason text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'cancel_visit', p_salon_id, '{admin,receptionist,staff,customer}', p_reason,
    p_override_reason);
  v_visit schnittwerk_core.appointments[];
  v_item schnittwerk_core.appointments;
  v_is_late boolean;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_visit_id, p_reason, p_override_reason),
      schnittwerk_core.required_fault('p_visit_id', p_visit_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_visit := schnittwerk_core.lock_visit(v_caller, p_visit_id, true);
      v_item := schnittwerk_core.earliest_item(v_visit);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_item);
      perform schnittwerk_core.require_change(
        v_caller, v_item, 'cancel', p_override_reason is not null, true);
      perform schnittwerk_core.lock_resources(v_caller.salon_id, array(
        select r.id
        from unnest(schnittwerk_core.open_items(v_visit)) v
        cross join lateral unnest(schnittwerk_core.claimed_resources(v)) r (id)
      ));
      v_is_late := schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(v_item);
      update schnittwerk_core.appointments a
      set
        status = 'cancelled',
        cancelled_at = schnittwerk_core.clock(),
        cancellation_reason = p_reason
      where a.salon_id = v_caller.salon_id and a.visit_id = p_visit_id
        and a.status in ('pending', 'confirmed');
      perform schnittwerk_core.free_appointments(
        v_caller.salon_id, schnittwerk_core.open_items(v_visit));
      if v_is_late then
        perform schnittwerk_core.record_fee(v, 'late_cancellation')
        from unnest(schnittwerk_core.open_items(v_visit)) v;
      end if;
      v_caller.answer := schnittwerk_core.success('visit', schnittwerk_core.visit_json(
        schnittwerk_core.visible_visit(v_caller, p_visit_id)
      )) || jsonb_build_object('fees', case when v_is_late
        then schnittwerk_core.fees_of(schnittwerk_core.open_items(v_visit)) else '[]' end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.cancel_visit(text, uuid, text, text, uuid) is
  'Engine of schnittwerk.cancel_visit.';

revoke execute on function schnittwerk_core.cancel_visit from public;
grant execute on function schnittwerk_core.cancel_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.cancel_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.cancel_visit(
  p_idempotency_key, p_visit_id, p_reason, p_override_reason, p_salon_id
);

comment on function schnittwerk.cancel_visit(text, uuid, text, text, uuid) is
  'Cancels the pending and confirmed items of a visit and offers their time to the waitlist. Answers {"visit", "fees"}: the visit in the form of get_visit, and what the customer owes for each of these items, as for cancel_booking. The deadline is that of the earliest of these items, for fees too. p_idempotency_key: as for create_booking. p_reason, p_override_reason: as for cancel_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, cancellation_deadline_passed.';

revoke execute on function schnittwerk.cancel_visit from public;
grant execute on function schnittwerk.cancel_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/save_salon.sql
create function schnittwerk_core.save_salon(
  p_name text, p_time_zone text, p_currency text, p_id uuid, p_clear text[]
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_salon', p_id, case when p_id is null then '{}' else '{admin}' end::text[],
    p_needs_salon => p_id is not null);
  v_change schnittwerk_core.open_time_change;
  v_salon schnittwerk_core.salon;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_name := schnittwerk_core.line(p_name);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
      schnittwerk_core.text_fault('p_time_zone', p_time_zone, 200, p_id is null),
      coalesce(
        schnittwerk_core.text_fault('p_currency', p_currency, 3, false),
        schnittwerk_core.fault(
          'p_currency', coalesce(p_currency !~ '^[A-Z]{3}$', false), 'invalid_currency',
          'p_currency must be an ISO 4217 code such as CHF')
      ),
      schnittwerk_core.clear_fault(p_clear, p_id, '{}')
    );
  end if;
  if v_caller.answer is null then
    begin
      if p_id is null then
        insert into schnittwerk_core.salon as s (name, time_zone, currency)
        values (p_name, p_time_zone, coalesce(p_currency, 'CHF'))
        returning s.* into v_salon;
      else
        -- Hours are local, so another time zone moves them.
        v_change := schnittwerk_core.begin_open_time_change(p_id);
        update schnittwerk_core.salon as s
        set
          name = coalesce(p_name, s.name),
          time_zone = coalesce(p_time_zone, s.time_zone),
          currency = coalesce(p_currency, s.currency)
        where s.id = p_id
        returning s.* into v_salon;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'salon',
        schnittwerk_core.salon_json(v_salon),
        case when p_id is null then 201 else 200 end)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_salon(text, text, text, uuid, text[]) is
  'Engine of schnittwerk.save_salon.';

revoke execute on function schnittwerk_core.save_salon from public;
grant execute on function schnittwerk_core.save_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_salon(
  p_name text,
  p_time_zone text,
  p_currency text default null,
  p_id uuid default null,
  p_clear text[] default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_salon(p_name, p_time_zone, p_currency, p_id, p_clear);

comment on function schnittwerk.save_salon(text, text, text, uuid, text[]) is
  'Adds a salon (the service only), or changes the given values of the one with p_id (its admins too). Answers {"salon", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). p_name: unique, at most 200 characters. p_time_zone: an IANA name such as Europe/Zurich; all hours and dates are local to it. p_currency: an ISO 4217 code; CHF for a new salon. p_id: the salon to change; null values then stay. p_clear: must be empty, since no value of a salon can be emptied. Refusals: not_authenticated, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_salon from public;
grant execute on function schnittwerk.save_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/list_salons.sql
create function schnittwerk_core.list_salons()
returns table (id uuid, name text, time_zone text, currency text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
begin atomic
  select s.id, s.name, s.time_zone, s.currency
  from schnittwerk_core.salon s
  order by schnittwerk_core.sort_key(s.name), s.name;
end;

comment on function schnittwerk_core.list_salons() is 'Engine of schnittwerk.list_salons.';

revoke execute on function schnittwerk_core.list_salons from public;
grant execute on function schnittwerk_core.list_salons
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_salons()
returns table (id uuid, name text, time_zone text, currency text)
language sql
stable
begin atomic
  select r.id, r.name, r.time_zone, r.currency
  from schnittwerk_core.list_salons() r;
end;

comment on function schnittwerk.list_salons() is
  'All salons by name, with IANA time zone and ISO 4217 currency. For everyone.';

revoke execute on function schnittwerk.list_salons from public;
grant execute on function schnittwerk.list_salons
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/delete_salon.sql
create function schnittwerk_core.delete_salon(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'delete_salon', p_salon_id, '{}');
  v_salon schnittwerk_core.salon;
  v_used_for text;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    -- Elsewhere null means the only salon. A deletion must name it.
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_salon_id', p_salon_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- A call that adds something to the salon waits for this lock and then finds it deleted.
      select s.* into v_salon from schnittwerk_core.salon s where s.id = p_salon_id for update;
      -- Refuses a salon in use before deleting anything. The foreign keys would refuse it last.
      select u.table_name into v_used_for
      from (values
        ('customers', exists (
          select from schnittwerk_core.customers c where c.salon_id = p_salon_id)),
        ('services', exists (
          select from schnittwerk_core.services v where v.salon_id = p_salon_id)),
        ('staff', exists (
          select from schnittwerk_core.staff m where m.salon_id = p_salon_id)),
        ('profiles', exists (
          select from schnittwerk_core.profiles p where p.salon_id = p_salon_id))
      ) u (table_name, has_rows)
      where u.has_rows
      limit 1;
      if found then
        perform schnittwerk_core.refuse('wrong_status', format(
          'The salon has %s: only one without customers, services, staff and profiles can be deleted',
          v_used_for));
      end if;
      delete from schnittwerk_core.price_rule r where r.salon_id = p_salon_id;
      delete from schnittwerk_core.booking_policies p where p.salon_id = p_salon_id;
      delete from schnittwerk_core.opening_hours h where h.salon_id = p_salon_id;
      delete from schnittwerk_core.special_hours h where h.salon_id = p_salon_id;
      delete from schnittwerk_core.holidays h where h.salon_id = p_salon_id;
      delete from schnittwerk_core.unit u where u.salon_id = p_salon_id;
      delete from schnittwerk_core.resource r where r.salon_id = p_salon_id;
      delete from schnittwerk_core.event_delivery d where d.salon_id = p_salon_id;
      delete from schnittwerk_core.event_consumer c where c.salon_id = p_salon_id;
      -- The foreign keys also see rows that an old snapshot does not.
      delete from schnittwerk_core.salon s where s.id = p_salon_id;
      v_caller.answer := schnittwerk_core.success('salon', schnittwerk_core.salon_json(v_salon));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.delete_salon(uuid) is
  'Engine of schnittwerk.delete_salon.';

revoke execute on function schnittwerk_core.delete_salon from public;
grant execute on function schnittwerk_core.delete_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.delete_salon(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.delete_salon(p_salon_id);

comment on function schnittwerk.delete_salon(uuid) is
  'Deletes a salon that was never used, with its settings, hours, holidays, units, price rules, policies and events. Answers {"salon"} as it was. The audit trail keeps its entries. For the service only. p_salon_id: required. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found, wrong_status (the salon has customers, services, staff or profiles).';

revoke execute on function schnittwerk.delete_salon from public;
grant execute on function schnittwerk.delete_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/save_profile.sql
create function schnittwerk_core.save_profile(
  p_profile_id uuid,
  p_role text,
  p_full_name text,
  p_email text,
  p_is_active boolean,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_profile', p_salon_id, '{admin}');
  v_profile schnittwerk_core.profiles;
  v_status int := 200;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_full_name := schnittwerk_core.line(p_full_name);
    p_email := schnittwerk_core.line(p_email);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_profile_id', p_profile_id is null),
      schnittwerk_core.fault(
        'p_role',
        coalesce(p_role not in ('admin', 'receptionist', 'staff', 'customer'), false),
        'unknown_role',
        'p_role must be admin, receptionist, staff or customer'),
      schnittwerk_core.line_fault('p_full_name', p_full_name, 200, false),
      schnittwerk_core.email_fault('p_email', p_email)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- Repeats if the user is erased, or saved by another call, between the two statements.
      loop
        update schnittwerk_core.profiles as p
        set
          role = coalesce(p_role, p.role),
          full_name = coalesce(p_full_name, p.full_name),
          email = coalesce(p_email, p.email),
          is_active = coalesce(p_is_active, p.is_active)
        where p.salon_id = v_caller.salon_id and p.id = p_profile_id
        returning p.* into v_profile;
        exit when found;
        perform schnittwerk_core.require_valid(
          schnittwerk_core.required_fault('p_role', p_role is null));
        insert into schnittwerk_core.profiles as p (salon_id, id, role, full_name, email, is_active)
        values (
          v_caller.salon_id, p_profile_id, p_role, p_full_name, p_email, coalesce(p_is_active, true)
        )
        on conflict do nothing
        returning p.* into v_profile;
        if found then
          v_status := 201;
          exit;
        end if;
      end loop;
      v_caller.answer := schnittwerk_core.success(
        'profile',
        to_jsonb(v_profile)
          || jsonb_build_object('created_at', schnittwerk_core.utc_text(v_profile.created_at)),
        v_status
      );
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_profile(uuid, text, text, text, boolean, uuid) is
  'Engine of schnittwerk.save_profile.';

revoke execute on function schnittwerk_core.save_profile from public;
grant execute on function schnittwerk_core.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_profile(
  p_profile_id uuid,
  p_role text default null,
  p_full_name text default null,
  p_email text default null,
  p_is_active boolean default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_profile(
  p_profile_id, p_role, p_full_name, p_email, p_is_active, p_salon_id
);

comment on function schnittwerk.save_profile(uuid, text, text, text, boolean, uuid) is
  'Gives a signed-in user a role in the salon. Answers {"profile"}. Changes the given values of an existing profile; null keeps a value. For admins. p_profile_id: the "sub" of the user''s claims. p_role: admin, receptionist, staff or customer; required for a new profile. p_full_name: one line of at most 200 characters. p_email: an e-mail address. p_is_active: false removes all rights; a new profile is active. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_profile from public;
grant execute on function schnittwerk.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/list_profiles.sql
create function schnittwerk_core.list_profiles(p_role text, p_salon_id uuid)
returns table (id uuid, role text, full_name text, email text, is_active boolean)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  v_roles constant text[] := array['admin', 'receptionist', 'staff', 'customer'];
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.fault(
    'p_role', p_role is not null and p_role <> all (v_roles), 'unknown_role',
    'p_role must be admin, receptionist, staff or customer'));
  return query
  select p.id, p.role, p.full_name, p.email, p.is_active
  from schnittwerk_core.profiles p
  where p.salon_id = v_caller.salon_id and (p_role is null or p.role = p_role)
  order by
    array_position(v_roles, p.role), schnittwerk_core.sort_key(p.full_name), p.full_name, p.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault(
    'p_role', v_count, 'list the profiles of one role'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_profiles', v_count);
end
$$;

comment on function schnittwerk_core.list_profiles(text, uuid) is
  'Engine of schnittwerk.list_profiles.';

revoke execute on function schnittwerk_core.list_profiles from public;
grant execute on function schnittwerk_core.list_profiles
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_profiles(p_role text default null, p_salon_id uuid default null)
returns table (id uuid, role text, full_name text, email text, is_active boolean)
language sql
stable
begin atomic
  select r.id, r.role, r.full_name, r.email, r.is_active
  from schnittwerk_core.list_profiles(p_role, p_salon_id) r;
end;

comment on function schnittwerk.list_profiles(text, uuid) is
  'The users who have a role in the salon (admin, receptionist, staff, customer; p_role: one of these only), inactive ones too, by role and name. For admins. At most 100000 rows, else invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.list_profiles from public;
grant execute on function schnittwerk.list_profiles
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/save_service.sql
create function schnittwerk_core.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text,
  p_buffer_before_minutes int,
  p_buffer_after_minutes int,
  p_is_active boolean,
  p_min_price numeric,
  p_max_price numeric,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_service', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_service schnittwerk_core.services;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_name := schnittwerk_core.line(p_name);
    p_category := schnittwerk_core.line(p_category);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
        schnittwerk_core.number_fault(
          'p_duration_minutes', p_duration_minutes, 1, 1440, p_id is null),
        schnittwerk_core.price_fault('p_base_price', p_base_price, p_id is null),
        schnittwerk_core.line_fault('p_category', p_category, 200, false),
        schnittwerk_core.number_fault(
          'p_buffer_before_minutes', p_buffer_before_minutes, 0, 1440, false),
        schnittwerk_core.number_fault(
          'p_buffer_after_minutes', p_buffer_after_minutes, 0, 1440, false),
        schnittwerk_core.price_fault('p_min_price', p_min_price, false),
        schnittwerk_core.price_fault('p_max_price', p_max_price, false),
        schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
          'p_buffer_before_minutes', p_buffer_before_minutes,
          'p_buffer_after_minutes', p_buffer_after_minutes,
          'p_min_price', p_min_price,
          'p_max_price', p_max_price
        ))
      ] || case when p_id is null then schnittwerk_core.service_price_faults(
        p_base_price, p_min_price, p_max_price, true, true) end
    );
  end if;
  if v_caller.answer is null then
    begin
      if p_id is null then
        insert into schnittwerk_core.services as v (
          salon_id, name, category, duration_minutes, base_price,
          min_price, max_price, buffer_before_minutes, buffer_after_minutes, is_active
        )
        values (
          v_caller.salon_id, p_name, coalesce(p_category, 'general'), p_duration_minutes,
          p_base_price, p_min_price, p_max_price, p_buffer_before_minutes,
          p_buffer_after_minutes, coalesce(p_is_active, true)
        )
        returning v.* into v_service;
      else
        if p_is_active is false then
          v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
        else
          perform schnittwerk_core.lock_staff(v_caller.salon_id);
        end if;
        select v.* into v_service
        from schnittwerk_core.services v
        where v.salon_id = v_caller.salon_id and v.id = p_id;
        v_service.min_price := coalesce(
          p_min_price,
          case when 'p_min_price' = any (p_clear) then null else v_service.min_price end);
        v_service.max_price := coalesce(
          p_max_price,
          case when 'p_max_price' = any (p_clear) then null else v_service.max_price end);
        perform schnittwerk_core.require_valid(
          variadic schnittwerk_core.service_price_faults(
            coalesce(p_base_price, v_service.base_price), v_service.min_price,
            v_service.max_price, p_min_price is not null, p_max_price is not null));
        if p_duration_minutes is not null then
          perform schnittwerk_core.require_valid(schnittwerk_core.fault(
            'p_duration_minutes',
            coalesce(
              p_duration_minutes <> schnittwerk_core.total_minutes(v_service.steps), false),
            'has_steps',
            'The service has steps: change its duration by set_service_steps'));
          v_service.duration_minutes := p_duration_minutes;
          perform schnittwerk_core.require_valid(
            variadic schnittwerk_core.service_misfits('p_duration_minutes', v_service));
        end if;
        update schnittwerk_core.services as v
        set
          name = coalesce(p_name, v.name),
          category = coalesce(p_category, v.category),
          duration_minutes = coalesce(p_duration_minutes, v.duration_minutes),
          base_price = coalesce(p_base_price, v.base_price),
          min_price = v_service.min_price,
          max_price = v_service.max_price,
          buffer_before_minutes = coalesce(
            p_buffer_before_minutes,
            case when 'p_buffer_before_minutes' = any (p_clear) then null
              else v.buffer_before_minutes end),
          buffer_after_minutes = coalesce(
            p_buffer_after_minutes,
            case when 'p_buffer_after_minutes' = any (p_clear) then null
              else v.buffer_after_minutes end),
          is_active = coalesce(p_is_active, v.is_active)
        where v.salon_id = v_caller.salon_id and v.id = p_id
        returning v.* into v_service;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such service');
        end if;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'service',
        schnittwerk_core.service_json(v_service),
        case when p_id is null then 201 else 200 end)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_service(text, int, numeric, text, int, int, boolean, numeric, numeric, uuid, text[], uuid) is
  'Engine of schnittwerk.save_service.';

revoke execute on function schnittwerk_core.save_service from public;
grant execute on function schnittwerk_core.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text default null,
  p_buffer_before_minutes int default null,
  p_buffer_after_minutes int default null,
  p_is_active boolean default null,
  p_min_price numeric default null,
  p_max_price numeric default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_service(
  p_name, p_duration_minutes, p_base_price, p_category, p_buffer_before_minutes,
  p_buffer_after_minutes, p_is_active, p_min_price, p_max_price, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_service(text, int, numeric, text, int, int, boolean, numeric, numeric, uuid, text[], uuid) is
  'Adds a service, or changes the given values of the one with p_id. Answers {"service", "affected_appointments"}. affected_appointments lists the appointments that a deactivation makes impossible, in the form of list_affected_appointments. For admins. p_name: unique in the salon, at most 200 characters. p_duration_minutes: 1 to 1440. For a service with steps set_service_steps changes it. p_base_price: in the salon''s currency, two decimals. p_category: free grouping, at most 200 characters; general for a new service. p_buffer_before_minutes, p_buffer_after_minutes: 0 to 1440; empty means none before, and the salon''s after. p_is_active: inactive services cannot be booked; a new service is active. p_min_price, p_max_price: the least and the most that the service costs, whatever members of staff and price rules make of it. The base price must lie between them; empty means no limit. p_id: the service to change; null values then stay. p_clear: parameters to empty, with p_id: p_buffer_before_minutes, p_buffer_after_minutes, p_min_price, p_max_price. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_service from public;
grant execute on function schnittwerk.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/list_services.sql
create function schnittwerk_core.list_services(p_salon_id uuid)
returns table (
  id uuid,
  name text,
  category text,
  duration_minutes int,
  base_price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean,
  steps jsonb,
  needs jsonb,
  min_price numeric,
  max_price numeric
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  return query
  select
    v.id, v.name, v.category, v.duration_minutes, v.base_price,
    v.buffer_before_minutes, v.buffer_after_minutes, v.is_active, to_jsonb(v.steps),
    to_jsonb(v.needs), v.min_price, v.max_price
  from schnittwerk_core.services v
  where v.salon_id = v_caller.salon_id
    and (v.is_active or schnittwerk_core.is_of_salon(v_caller))
  order by
    schnittwerk_core.sort_key(v.category), v.category, schnittwerk_core.sort_key(v.name), v.name;
end
$$;

comment on function schnittwerk_core.list_services(uuid) is 'Engine of schnittwerk.list_services.';

revoke execute on function schnittwerk_core.list_services from public;
grant execute on function schnittwerk_core.list_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_services(p_salon_id uuid default null)
returns table (
  id uuid,
  name text,
  category text,
  duration_minutes int,
  base_price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean,
  steps jsonb,
  needs jsonb,
  min_price numeric,
  max_price numeric
)
language sql
stable
begin atomic
  select
    r.id, r.name, r.category, r.duration_minutes, r.base_price, r.buffer_before_minutes,
    r.buffer_after_minutes, r.is_active, r.steps, r.needs, r.min_price, r.max_price
  from schnittwerk_core.list_services(p_salon_id) r;
end;

comment on function schnittwerk.list_services(uuid) is
  'The services by category and name. Durations and buffers are in minutes; a null buffer means the salon''s. Prices are in the salon''s currency; min_price and max_price limit what price rules and members of staff make of them, null means no limit. steps as set_service_steps takes them (null means one step), needs as set_service_resources takes them (null means none). The salon team also sees inactive services. Raises salon_required, not_found.';

revoke execute on function schnittwerk.list_services from public;
grant execute on function schnittwerk.list_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/save_staff.sql
create function schnittwerk_core.save_staff(
  p_full_name text,
  p_email text,
  p_phone text,
  p_profile_id uuid,
  p_is_active boolean,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_staff', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_staff schnittwerk_core.staff;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_full_name := schnittwerk_core.line(p_full_name);
    p_email := schnittwerk_core.line(p_email);
    p_phone := schnittwerk_core.line(p_phone);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_full_name', p_full_name, 200, p_id is null),
      schnittwerk_core.email_fault('p_email', p_email),
      schnittwerk_core.phone_fault('p_phone', p_phone),
      schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
        'p_email', p_email, 'p_phone', p_phone, 'p_profile_id', p_profile_id
      ))
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_id]);
      perform schnittwerk_core.require_profile(v_caller.salon_id, p_profile_id);

      if p_id is null then
        insert into schnittwerk_core.staff as m (
          salon_id, full_name, email, phone, profile_id, is_active
        )
        values (
          v_caller.salon_id, p_full_name, p_email, p_phone, p_profile_id,
          coalesce(p_is_active, true)
        )
        returning m.* into v_staff;
      else
        v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_id]);
        update schnittwerk_core.staff as m
        set
          full_name = coalesce(p_full_name, m.full_name),
          email = coalesce(p_email, case when 'p_email' = any (p_clear) then null else m.email end),
          phone = coalesce(p_phone, case when 'p_phone' = any (p_clear) then null else m.phone end),
          profile_id = coalesce(
            p_profile_id, case when 'p_profile_id' = any (p_clear) then null else m.profile_id end),
          is_active = coalesce(p_is_active, m.is_active)
        where m.salon_id = v_caller.salon_id and m.id = p_id
        returning m.* into v_staff;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'staff',
        to_jsonb(v_staff) - '{kind,calendar_version}'::text[]
          || jsonb_build_object('created_at', schnittwerk_core.utc_text(v_staff.created_at)),
        case when p_id is null then 201 else 200 end)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_staff(text, text, text, uuid, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_staff.';

revoke execute on function schnittwerk_core.save_staff from public;
grant execute on function schnittwerk_core.save_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_staff(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_staff(
  p_full_name, p_email, p_phone, p_profile_id, p_is_active, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_staff(text, text, text, uuid, boolean, uuid, text[], uuid) is
  'Adds a member of staff, or changes the given values of the one with p_id. Answers {"staff", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_full_name: one line of at most 200 characters. p_email: an e-mail address. p_phone: 5 to 20 digits. p_profile_id: the signed-in user who is this member of staff. p_is_active: inactive staff cannot be booked; a new member of staff is active. p_id: the member of staff to change; null values then stay. p_clear: parameters to empty, with p_id: p_email, p_phone, p_profile_id. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_staff from public;
grant execute on function schnittwerk.save_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/list_staff.sql
create function schnittwerk_core.list_staff(p_service_id uuid, p_salon_id uuid)
returns table (
  id uuid, full_name text, is_active boolean, email text, phone text, profile_id uuid
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_count bigint;
begin
  if p_service_id is not null and not exists (
    select from schnittwerk_core.services v
    where v.salon_id = v_caller.salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service');
  end if;
  return query
  select
    m.id, m.full_name, m.is_active,
    case when v_is_of_salon then m.email end,
    case when v_is_of_salon then m.phone end,
    case when v_is_of_salon then m.profile_id end
  from schnittwerk_core.staff m
  where m.salon_id = v_caller.salon_id
    and (m.is_active or v_is_of_salon)
    and (p_service_id is null or exists (
      select from schnittwerk_core.staff_services p
      where p.salon_id = m.salon_id and p.service_id = p_service_id and p.staff_id = m.id
    ))
  order by schnittwerk_core.sort_key(m.full_name), m.full_name, m.id;
  if v_is_of_salon then -- others see only the names, which are public
    get diagnostics v_count = row_count;
    perform schnittwerk_core.log_personal_read(v_caller, 'list_staff', v_count);
  end if;
end
$$;

comment on function schnittwerk_core.list_staff(uuid, uuid) is 'Engine of schnittwerk.list_staff.';

revoke execute on function schnittwerk_core.list_staff from public;
grant execute on function schnittwerk_core.list_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_staff(p_service_id uuid default null, p_salon_id uuid default null)
returns table (id uuid, full_name text, is_active boolean, email text, phone text, profile_id uuid)
language sql
stable
begin atomic
  select r.id, r.full_name, r.is_active, r.email, r.phone, r.profile_id
  from schnittwerk_core.list_staff(p_service_id, p_salon_id) r;
end;

comment on function schnittwerk.list_staff(uuid, uuid) is
  'The staff by name. The salon team also sees inactive staff, and e-mail, telephone and profile of all. p_service_id: lists only those who perform this service. Raises salon_required, not_found.';

revoke execute on function schnittwerk.list_staff from public;
grant execute on function schnittwerk.list_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/set_staff_services.sql
create function schnittwerk_core.set_staff_services(
  p_staff_id uuid, p_services jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_staff_services', p_salon_id, '{admin}');
  v_faults jsonb[];
  v_change schnittwerk_core.open_time_change;
  v_result jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_services', p_services) i
    cross join lateral unnest(
      schnittwerk_core.object_faults(
        i.path, i.value, '{service_id,custom_price,estimated_duration_minutes,steps}')
      || array[
        schnittwerk_core.json_fault(
          i.path || '.service_id', i.value -> 'service_id', 'uuid',
          jsonb_typeof(i.value) = 'object'),
        schnittwerk_core.fault(
          i.path || '.service_id',
          exists (
            select from schnittwerk_core.list_items('p_services', p_services) e
            where e.n < i.n and lower(e.value ->> 'service_id') = lower(i.value ->> 'service_id')
          ),
          'duplicate', i.path || '.service_id is in the list twice'),
        coalesce(
          schnittwerk_core.json_fault(
            i.path || '.custom_price', i.value -> 'custom_price', 'number'),
          schnittwerk_core.price_fault(
            i.path || '.custom_price',
            schnittwerk_core.json_number(i.value -> 'custom_price'), false)
        ),
        schnittwerk_core.json_number_fault(
          i.path || '.estimated_duration_minutes',
          i.value -> 'estimated_duration_minutes', 1, 1440, false),
        schnittwerk_core.fault(
          i.path || '.estimated_duration_minutes',
          coalesce(
            schnittwerk_core.json_number(i.value -> 'estimated_duration_minutes') <> (
              select sum(schnittwerk_core.json_number(s.value -> 'minutes'))
              from schnittwerk_core.list_items('', i.value -> 'steps') s
            ), false),
          'not_the_sum',
          i.path || '.estimated_duration_minutes must be the sum of the steps, or be left out')
      ]
      || schnittwerk_core.step_faults(i.path || '.steps', i.value -> 'steps')
    ) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
        schnittwerk_core.json_fault('p_services', p_services, 'array', true)
      ] || v_faults
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
      if exists (
        select from jsonb_array_elements(p_services) s (value)
        where not exists (
          select from schnittwerk_core.services v
          where v.salon_id = v_caller.salon_id and v.id = (s.value ->> 'service_id')::uuid
        )
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such service');
      end if;

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_staff_id]);
      delete from schnittwerk_core.staff_services p
      where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id;
      insert into schnittwerk_core.staff_services (
        salon_id, service_id, staff_id, custom_price, estimated_duration_minutes, steps
      )
      select
        v_caller.salon_id,
        (s.value ->> 'service_id')::uuid,
        p_staff_id,
        (s.value ->> 'custom_price')::numeric,
        coalesce(
          schnittwerk_core.total_minutes(own.steps),
          (s.value ->> 'estimated_duration_minutes')::numeric::int),
        own.steps
      from jsonb_array_elements(p_services) s (value)
      cross join lateral schnittwerk_core.json_steps(s.value -> 'steps') own (steps);
      perform schnittwerk_core.require_valid(variadic array(
        select case
          when cardinality(p.steps) <> cardinality(v.steps) then schnittwerk_core.fault(
            i.path || '.steps', true, 'not_as_many_steps', format(
              '%s.steps must be %s, as many as the service has', i.path, cardinality(v.steps)))
          when p.steps is not null and v.steps is null then schnittwerk_core.fault(
            i.path || '.steps', true, 'not_as_many_steps',
            i.path || '.steps must be left out: the service has none (set_service_steps)')
          when p.steps is null then schnittwerk_core.fault(
            i.path || '.estimated_duration_minutes',
            coalesce(p.estimated_duration_minutes < least.minutes, false), 'too_short',
            format('%s.estimated_duration_minutes must be at least %s: the gaps of the service, '
              'and a minute for each step with staff', i.path, least.minutes))
        end
        from schnittwerk_core.list_items('p_services', p_services) i
        join schnittwerk_core.staff_services p
          on p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id
          and p.service_id = (i.value ->> 'service_id')::uuid
        join schnittwerk_core.services v on v.salon_id = p.salon_id and v.id = p.service_id
        cross join lateral schnittwerk_core.least_minutes(v.steps) least (minutes)
        order by i.n
      ));

      select coalesce(jsonb_agg(to_jsonb(p) order by p.service_id), '[]') into v_result
      from schnittwerk_core.staff_services p
      where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id;
      v_caller.answer := schnittwerk_core.success(
        'staff_services', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_staff_services(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_staff_services.';

revoke execute on function schnittwerk_core.set_staff_services from public;
grant execute on function schnittwerk_core.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_staff_services(
  p_staff_id uuid, p_services jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_staff_services(p_staff_id, p_services, p_salon_id);

comment on function schnittwerk.set_staff_services(uuid, jsonb, uuid) is
  'Replaces the services that a member of staff performs. Answers {"staff_services", "affected_appointments"}. affected_appointments lists the appointments that they can no longer perform, in the form of list_affected_appointments. For admins. p_services: [{"service_id", "custom_price"?, "estimated_duration_minutes"?, "steps"?}], at most 1000; an empty list means none. What is absent or null is as in the service. custom_price is in the salon''s currency, estimated_duration_minutes is 1 to 1440. steps are [{"minutes", "staff"}], as many as the service has; the duration is then their sum. Without own steps the service''s steps with staff are stretched to the duration, which must be at least the gaps and one minute for each other step. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_staff_services from public;
grant execute on function schnittwerk.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/get_staff_services.sql
create function schnittwerk_core.get_staff_services(p_staff_id uuid, p_salon_id uuid)
returns table (
  service_id uuid, custom_price numeric, estimated_duration_minutes int, steps jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  return query
  select p.service_id, p.custom_price, p.estimated_duration_minutes, to_jsonb(p.steps)
  from schnittwerk_core.staff_services p
  where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id
  order by p.service_id;
end
$$;

comment on function schnittwerk_core.get_staff_services(uuid, uuid) is
  'Engine of schnittwerk.get_staff_services.';

revoke execute on function schnittwerk_core.get_staff_services from public;
grant execute on function schnittwerk_core.get_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_staff_services(p_staff_id uuid, p_salon_id uuid default null)
returns table (
  service_id uuid, custom_price numeric, estimated_duration_minutes int, steps jsonb
)
language sql
stable
begin atomic
  select r.service_id, r.custom_price, r.estimated_duration_minutes, r.steps
  from schnittwerk_core.get_staff_services(p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.get_staff_services(uuid, uuid) is
  'The services that a member of staff performs, in the form that set_staff_services takes. custom_price is in the salon''s currency. Null columns mean the service''s value; the service''s steps are stretched to the person''s minutes. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_staff_services from public;
grant execute on function schnittwerk.get_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/set_service_steps.sql
create function schnittwerk_core.set_service_steps(
  p_service_id uuid,
  p_steps jsonb,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_service_steps', p_salon_id, '{admin}');
  v_steps schnittwerk_core.step[];
  v_service schnittwerk_core.services;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_service_id', p_service_id is null)
      ] || schnittwerk_core.step_faults('p_steps', p_steps)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      select v.* into v_service
      from schnittwerk_core.services v
      where v.salon_id = v_caller.salon_id and v.id = p_service_id;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such service');
      end if;
      v_steps := schnittwerk_core.json_steps(p_steps);
      v_service.duration_minutes := coalesce(
        schnittwerk_core.total_minutes(v_steps), v_service.duration_minutes);
      -- A single step means the same as no steps, which are faster to list and to book.
      v_service.steps := case when cardinality(v_steps) > 1 then v_steps end;
      update schnittwerk_core.staff_services p
      set steps = null
      where p.salon_id = v_caller.salon_id and p.service_id = p_service_id
        and cardinality(p.steps) is distinct from cardinality(v_service.steps)
        and p.steps is not null;
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.service_misfits('p_steps', v_service));
      update schnittwerk_core.services as v
      set steps = v_service.steps, duration_minutes = v_service.duration_minutes
      where v.salon_id = v_caller.salon_id and v.id = p_service_id;
      v_caller.answer := schnittwerk_core.success(
        'service', schnittwerk_core.service_json(v_service));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_service_steps(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_service_steps.';

revoke execute on function schnittwerk_core.set_service_steps from public;
grant execute on function schnittwerk_core.set_service_steps
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_service_steps(
  p_service_id uuid,
  p_steps jsonb,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_service_steps(p_service_id, p_steps, p_salon_id);

comment on function schnittwerk.set_service_steps(uuid, jsonb, uuid) is
  'Sets the steps of a service, whose duration becomes their sum. Answers {"service"}. Where a member of staff takes other minutes, gaps keep their length and the other steps share the difference. If the number of steps changes, members of staff lose their own steps and keep the sum as their estimated duration. Existing appointments keep their steps. For admins. p_steps: [{"minutes", "staff"}] in order, 1 to 24 steps of 1 to 1440 minutes, 1440 in all. staff false is a gap, in which the member of staff can serve somebody else; the first and the last step cannot be gaps. Null, or a single step, means one step of the whole duration. Steps that do not fit a member of staff''s minutes, or that are shorter than what the service needs of a pool, are invalid_input. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_service_steps from public;
grant execute on function schnittwerk.set_service_steps
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/set_service_resources.sql
create function schnittwerk_core.set_service_resources(
  p_service_id uuid,
  p_needs jsonb,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_service_resources', p_salon_id, '{admin}');
  v_faults jsonb[];
  v_service schnittwerk_core.services;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_needs', p_needs) i
    cross join lateral unnest(
      schnittwerk_core.object_faults(i.path, i.value, '{pool,quantity,from_minute,to_minute}')
      || array[
        coalesce(
          schnittwerk_core.json_fault(
            i.path || '.pool', i.value -> 'pool', 'string', jsonb_typeof(i.value) = 'object'),
          schnittwerk_core.line_fault(
            i.path || '.pool', i.value ->> 'pool', 200, jsonb_typeof(i.value) = 'object')
        ),
        schnittwerk_core.json_number_fault(
          i.path || '.quantity', i.value -> 'quantity', 1, 100, false),
        schnittwerk_core.json_number_fault(
          i.path || '.from_minute', i.value -> 'from_minute', 0, 1439, false),
        schnittwerk_core.json_number_fault(
          i.path || '.to_minute', i.value -> 'to_minute', 1, 1440, false)
      ]
    ) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_service_id', p_service_id is null),
        schnittwerk_core.json_fault('p_needs', p_needs, 'array', true),
        schnittwerk_core.fault(
          'p_needs',
          coalesce(jsonb_typeof(p_needs) = 'array' and jsonb_array_length(p_needs) > 24, false),
          'too_many', 'p_needs must have at most 24 items')
      ] || v_faults
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      select v.* into v_service
      from schnittwerk_core.services v
      where v.salon_id = v_caller.salon_id and v.id = p_service_id;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such service');
      end if;
      v_service.needs := schnittwerk_core.json_needs(p_needs);
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.need_faults('p_needs', v_service));
      update schnittwerk_core.services as v
      set needs = v_service.needs
      where v.salon_id = v_caller.salon_id and v.id = p_service_id;
      v_caller.answer := schnittwerk_core.success(
        'service', schnittwerk_core.service_json(v_service));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_service_resources(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_service_resources.';

revoke execute on function schnittwerk_core.set_service_resources from public;
grant execute on function schnittwerk_core.set_service_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_service_resources(
  p_service_id uuid,
  p_needs jsonb,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_service_resources(p_service_id, p_needs, p_salon_id);

comment on function schnittwerk.set_service_resources(uuid, jsonb, uuid) is
  'Replaces what a service needs of pools of rooms and equipment. Answers {"service"}. Where a member of staff takes other minutes, the minutes of a need move with their steps. Existing appointments keep their units. For admins. p_needs: [{"pool", "quantity"?, "from_minute"?, "to_minute"?}], at most 24; an empty list means none. pool is one of save_resource. quantity is 1 to 100, by default 1, and at most the number of active units in the pool. from_minute and to_minute count from the start of the appointment; the defaults are 0 and the end. Without either the need covers the whole appointment and its buffers. Needs of one pool must not overlap in time. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_service_resources from public;
grant execute on function schnittwerk.set_service_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/save_resource.sql
create function schnittwerk_core.save_resource(
  p_name text,
  p_kind text,
  p_pool text,
  p_is_active boolean,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_resource', p_salon_id, '{admin}');
  v_before schnittwerk_core.unit;
  v_unit schnittwerk_core.unit;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_name := schnittwerk_core.line(p_name);
    p_pool := schnittwerk_core.line(p_pool);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
      schnittwerk_core.fault(
        'p_kind', coalesce(p_kind not in ('room', 'equipment'), false), 'unknown_kind',
        'p_kind must be room or equipment'),
      schnittwerk_core.line_fault('p_pool', p_pool, 200, false),
      schnittwerk_core.clear_fault(p_clear, p_id, '{}')
    );
  end if;
  if v_caller.answer is null then
    begin
      if p_id is null then
        insert into schnittwerk_core.unit as u (salon_id, name, kind, pool, is_active)
        values (
          v_caller.salon_id, p_name, coalesce(p_kind, 'room'), coalesce(p_pool, p_name),
          coalesce(p_is_active, true)
        )
        returning u.* into v_unit;
        v_caller.answer := jsonb '{"moved_appointments": [], "affected_appointments": []}';
      else
        perform schnittwerk_core.begin_unit_change(v_caller.salon_id, p_id);
        select u.* into v_before
        from schnittwerk_core.unit u
        where u.salon_id = v_caller.salon_id and u.id = p_id;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such resource');
        end if;
        -- The kind of the unit follows.
        update schnittwerk_core.resource r
        set kind = p_kind
        where r.salon_id = v_caller.salon_id and r.id = p_id and r.kind <> p_kind;
        update schnittwerk_core.unit as u
        set
          name = coalesce(p_name, u.name),
          pool = coalesce(p_pool, u.pool),
          is_active = coalesce(p_is_active, u.is_active)
        where u.salon_id = v_caller.salon_id and u.id = p_id
        returning u.* into v_unit;
        v_caller.answer := schnittwerk_core.end_unit_change(v_caller.salon_id, p_id);
      end if;
      if v_unit.is_active
        and (v_before.is_active, v_before.pool) is distinct from (true, v_unit.pool)
      then
        perform schnittwerk_core.free_pool_time(
          v_caller.salon_id, array[v_unit.pool],
          array[tstzrange(schnittwerk_core.clock(), null)]);
      end if;
      v_caller.answer := v_caller.answer || schnittwerk_core.success(
        'resource', schnittwerk_core.unit_json(v_unit),
        case when p_id is null then 201 else 200 end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_resource(text, text, text, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_resource.';

revoke execute on function schnittwerk_core.save_resource from public;
grant execute on function schnittwerk_core.save_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_resource(
  p_name text,
  p_kind text default null,
  p_pool text default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_resource(
  p_name, p_kind, p_pool, p_is_active, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_resource(text, text, text, boolean, uuid, text[], uuid) is
  'Adds a unit (a room or a piece of equipment), or changes the given values of the one with p_id. Answers {"resource", "moved_appointments", "affected_appointments"}. If a unit becomes inactive or changes its pool, future appointments that use it move to another free unit of the pool that they need. moved_appointments is a list of {"id", "units"}, the units that each appointment uses now. affected_appointments lists the appointments that no other unit can take, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). process_waitlist offers the time that a unit adds. set_service_resources sets what services need of a pool. For admins. p_name: unique in the salon, at most 200 characters. p_kind: room (the default) or equipment. p_pool: the pool of interchangeable units to which it belongs; a new unit''s own name by default. p_is_active: inactive units cannot be booked; a new unit is active. p_id: the unit to change; null values then stay. p_clear: must be empty, since no value of a unit can be emptied. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_resource from public;
grant execute on function schnittwerk.save_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/list_resources.sql
create function schnittwerk_core.list_resources(p_salon_id uuid)
returns table (
  id uuid,
  name text,
  kind text,
  pool text,
  is_active boolean,
  closures jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
begin
  return query
  select
    u.id, u.name, u.kind, u.pool, u.is_active,
    coalesce((
      select jsonb_agg(
        schnittwerk_core.unit_closure_json(c)
        order by c.start_date, c.start_time nulls first, c.id)
      from schnittwerk_core.unit_closure c
      where c.salon_id = u.salon_id and c.unit_id = u.id
        and c.end_date + coalesce(c.end_time, '24:00')
          > schnittwerk_core.clock() at time zone s.time_zone
    ), '[]')
  from schnittwerk_core.unit u
  join schnittwerk_core.salon s on s.id = u.salon_id
  where u.salon_id = v_caller.salon_id
  order by
    schnittwerk_core.sort_key(u.pool), u.pool, schnittwerk_core.sort_key(u.name), u.name;
end
$$;

comment on function schnittwerk_core.list_resources(uuid) is
  'Engine of schnittwerk.list_resources.';

revoke execute on function schnittwerk_core.list_resources from public;
grant execute on function schnittwerk_core.list_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_resources(p_salon_id uuid default null)
returns table (
  id uuid,
  name text,
  kind text,
  pool text,
  is_active boolean,
  closures jsonb
)
language sql
stable
begin atomic
  select r.id, r.name, r.kind, r.pool, r.is_active, r.closures
  from schnittwerk_core.list_resources(p_salon_id) r;
end;

comment on function schnittwerk.list_resources(uuid) is
  'The units (rooms and equipment) by pool and name, with the columns that save_resource takes. closures lists the current and future ones, in the form that close_resource answers. For the salon team. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.list_resources from public;
grant execute on function schnittwerk.list_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/close_resource.sql
create function schnittwerk_core.close_resource(
  p_resource_id uuid,
  p_start_date date,
  p_end_date date,
  p_start_time time,
  p_end_time time,
  p_reason text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'close_resource', p_salon_id, '{admin}');
  v_end_date constant date := coalesce(p_end_date, p_start_date);
  v_closure schnittwerk_core.unit_closure;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_resource_id', p_resource_id is null)
      ] || schnittwerk_core.local_period_faults(
        p_start_date, p_end_date, p_start_time, p_end_time, 'The closure')
      || schnittwerk_core.text_fault('p_reason', p_reason, 2000, false)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.begin_unit_change(v_caller.salon_id, p_resource_id);
      if not exists (
        select from schnittwerk_core.unit u
        where u.salon_id = v_caller.salon_id and u.id = p_resource_id
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such resource');
      end if;
      insert into schnittwerk_core.unit_closure as c (
        salon_id, unit_id, start_date, end_date, start_time, end_time, reason
      )
      values (
        v_caller.salon_id, p_resource_id, p_start_date, v_end_date, p_start_time, p_end_time,
        p_reason
      )
      returning c.* into v_closure;
      v_caller.answer := schnittwerk_core.success(
        'closure', schnittwerk_core.unit_closure_json(v_closure), 201)
        || schnittwerk_core.end_unit_change(v_caller.salon_id, p_resource_id);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.close_resource(uuid, date, date, time, time, text, uuid) is
  'Engine of schnittwerk.close_resource.';

revoke execute on function schnittwerk_core.close_resource from public;
grant execute on function schnittwerk_core.close_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.close_resource(
  p_resource_id uuid,
  p_start_date date,
  p_end_date date default null,
  p_start_time time default null,
  p_end_time time default null,
  p_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.close_resource(
  p_resource_id, p_start_date, p_end_date, p_start_time, p_end_time, p_reason, p_salon_id
);

comment on function schnittwerk.close_resource(uuid, date, date, time, time, text, uuid) is
  'Closes a unit (a room or a piece of equipment), for maintenance for example. Answers {"closure", "moved_appointments", "affected_appointments"}. Future appointments that use the unit then move to another free unit of their pool, and waitlist offers that hold it are withdrawn. moved_appointments is a list of {"id", "units"}, the units that each appointment uses now. affected_appointments lists the appointments that no other unit can take, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_start_date, p_end_date: local dates, both included; p_end_date null means p_start_date. p_start_time, p_end_time: local times on the first and on the last date; null means whole days. p_reason: at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.close_resource from public;
grant execute on function schnittwerk.close_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/reopen_resource.sql
create function schnittwerk_core.reopen_resource(p_closure_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'reopen_resource', p_salon_id, '{admin}');
  v_closure schnittwerk_core.unit_closure;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_closure_id', p_closure_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      delete from schnittwerk_core.unit_closure c
      where c.salon_id = v_caller.salon_id and c.id = p_closure_id
      returning c.* into v_closure;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such closure');
      end if;
      perform schnittwerk_core.free_pool_time(
        v_caller.salon_id, array[u.pool], array[d.during])
      from schnittwerk_core.unit u
      join schnittwerk_core.salon s on s.id = u.salon_id
      cross join lateral (
        select tstzrange(
          (v_closure.start_date + coalesce(v_closure.start_time, '00:00'))
            at time zone s.time_zone,
          (v_closure.end_date + coalesce(v_closure.end_time, '24:00')) at time zone s.time_zone
        ) as during
      ) d
      where u.salon_id = v_caller.salon_id and u.id = v_closure.unit_id and u.is_active
        and upper(d.during) > schnittwerk_core.clock();
      v_caller.answer := schnittwerk_core.success(
        'closure', schnittwerk_core.unit_closure_json(v_closure));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.reopen_resource(uuid, uuid) is
  'Engine of schnittwerk.reopen_resource.';

revoke execute on function schnittwerk_core.reopen_resource from public;
grant execute on function schnittwerk_core.reopen_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.reopen_resource(p_closure_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.reopen_resource(p_closure_id, p_salon_id);

comment on function schnittwerk.reopen_resource(uuid, uuid) is
  'Deletes a closure of a unit, which then opens again. Answers {"closure"} as it was. process_waitlist offers the time to the waitlist. For admins. p_closure_id: list_resources shows it. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.reopen_resource from public;
grant execute on function schnittwerk.reopen_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/pricing/save_price_rule.sql
create function schnittwerk_core.save_price_rule(
  p_name text,
  p_kind text,
  p_conditions jsonb,
  p_adjustment jsonb,
  p_priority int,
  p_valid_from date,
  p_valid_until date,
  p_is_active boolean,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_price_rule', p_salon_id, '{admin}');
  v_given schnittwerk_core.price_rule;
  v_before schnittwerk_core.price_rule;
  v_rule schnittwerk_core.price_rule;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_given.salon_id := v_caller.salon_id;
    v_given.name := schnittwerk_core.line(p_name);
    v_given.kind := p_kind;
    v_given.conditions := p_conditions;
    v_given.adjustment := p_adjustment;
    v_given.priority := p_priority;
    v_given.valid_from := p_valid_from;
    v_given.valid_until := p_valid_until;
    v_given.is_active := p_is_active;
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic schnittwerk_core.price_rule_faults('p_', v_given, p_id is null)
      || array[
        schnittwerk_core.fault(
          'p_valid_until',
          coalesce(p_valid_until < schnittwerk_core.local_today(v_caller.salon_id), false),
          'in_the_past', 'p_valid_until must not be in the past'),
        schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
          'p_conditions', v_given.conditions,
          'p_valid_from', p_valid_from,
          'p_valid_until', p_valid_until
        ))
      ]
    );
  end if;
  if v_caller.answer is null then
    begin
      -- Bookings of the salon read the rules under the locks of its staff.
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      if p_id is null then
        v_rule := v_given;
        v_rule.id := schnittwerk_core.new_id();
        v_rule.turns := 0;
        v_rule.created_at := schnittwerk_core.clock();
        perform schnittwerk_core.require_valid(schnittwerk_core.fault(
          'p_name',
          (
            select count(*) >= 200
            from schnittwerk_core.price_rule r
            where r.salon_id = v_caller.salon_id
          ),
          'too_many', 'The salon has 200 price rules: delete one first'));
      else
        select r.* into v_before
        from schnittwerk_core.price_rule r
        where r.salon_id = v_caller.salon_id and r.id = p_id
        for no key update;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such price rule');
        end if;
        v_rule := v_before;
        v_rule.name := coalesce(v_given.name, v_before.name);
        v_rule.conditions := coalesce(
          v_given.conditions,
          case when 'p_conditions' = any (p_clear) then '{}' else v_before.conditions end);
        v_rule.adjustment := coalesce(v_given.adjustment, v_before.adjustment);
        v_rule.priority := coalesce(p_priority, v_before.priority);
        v_rule.valid_from := coalesce(
          p_valid_from,
          case when 'p_valid_from' = any (p_clear) then null else v_before.valid_from end);
        v_rule.valid_until := coalesce(
          p_valid_until,
          case when 'p_valid_until' = any (p_clear) then null else v_before.valid_until end);
        v_rule.is_active := coalesce(p_is_active, v_before.is_active);
        perform schnittwerk_core.require_valid(
          variadic schnittwerk_core.price_rule_faults('p_', v_rule)
          || schnittwerk_core.fault(
            'p_kind', coalesce(p_kind <> v_before.kind, false), 'cannot_change',
            format('p_kind cannot change, it is %s: delete the rule and save another',
              v_before.kind)));
      end if;
      if v_given.conditions is not null then
        perform schnittwerk_core.require_valid(
          variadic schnittwerk_core.price_rule_misfits('p_', v_rule));
      end if;
      v_rule := schnittwerk_core.kept_price_rule(v_rule);
      perform schnittwerk_core.require_valid(schnittwerk_core.price_rule_overlap_fault(
        'p_', v_rule, array(
          select r
          from schnittwerk_core.price_rule r
          where r.salon_id = v_caller.salon_id and r.id <> v_rule.id
        )));
      if p_id is null then
        insert into schnittwerk_core.price_rule select v_rule.*;
      else
        update schnittwerk_core.price_rule r
        set
          name = v_rule.name,
          conditions = v_rule.conditions,
          adjustment = v_rule.adjustment,
          priority = v_rule.priority,
          valid_from = v_rule.valid_from,
          valid_until = v_rule.valid_until,
          is_active = v_rule.is_active
        where r.salon_id = v_caller.salon_id and r.id = p_id;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'price_rule', schnittwerk_core.price_rule_json(v_rule),
        case when p_id is null then 201 else 200 end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_price_rule(text, text, jsonb, jsonb, int, date, date, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_price_rule.';

revoke execute on function schnittwerk_core.save_price_rule from public;
grant execute on function schnittwerk_core.save_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_price_rule(
  p_name text,
  p_kind text,
  p_conditions jsonb,
  p_adjustment jsonb,
  p_priority int default null,
  p_valid_from date default null,
  p_valid_until date default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_price_rule(
  p_name, p_kind, p_conditions, p_adjustment, p_priority, p_valid_from, p_valid_until,
  p_is_active, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_price_rule(text, text, jsonb, jsonb, int, date, date, boolean, uuid, text[], uuid) is
  'Adds a price rule, or changes the given values of the one with p_id. Answers {"price_rule"}. Of each kind at most one rule applies to a booking: the one with the highest priority, then with the most conditions. A rule is refused if it overlaps another one of the same kind, priority and number of conditions, or if no booking can meet it. A salon has at most 200 rules. Existing appointments keep their price. For admins. p_name: unique in the salon, at most 200 characters, shown to customers. p_kind: time, lead_time, demand or promotion; it cannot change. p_conditions: a booking must meet all of {"services": [ids], "staff": [ids], "days": [0 (Sunday) to 6], "times": [{"start_time", "end_time"}], "lead_hours": {"min"?, "max"?}, "booked_percent": {"min"?, "max"?}}. At most 200 services, 200 staff and 24 times. times are local, HH:MM, without their end. lead_hours run from now to the start, 0 to 17520, and booked_percent is 0 to 100. max is not part of either, except that a max of 100 percent includes 100. Promotions also take "code" (5 to 50 letters, digits, - and _; kept in upper case), "first_visit": true, "max_uses" (1 to 1000000) and "max_uses_per_customer" (1 to 1000). Null or an empty object means always. p_adjustment: one of {"percent"} (-100 to 1000), {"amount"} (in the salon''s currency, not 0) and {"price"} (the new price), with two decimals. p_priority: 0 to 1000; 0 for a new rule. p_valid_from, p_valid_until: the first and last local date of the bookings; empty means no limit. p_is_active: inactive rules do not apply; a new rule is active. p_id: the rule to change; null values then stay. p_clear: parameters to empty, with p_id: p_conditions, p_valid_from, p_valid_until. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_price_rule from public;
grant execute on function schnittwerk.save_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/pricing/delete_price_rule.sql
create function schnittwerk_core.delete_price_rule(p_price_rule_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'delete_price_rule', p_salon_id, '{admin}');
  v_rule schnittwerk_core.price_rule;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_price_rule_id', p_price_rule_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      delete from schnittwerk_core.price_rule r
      where r.salon_id = v_caller.salon_id and r.id = p_price_rule_id
      returning r.* into v_rule;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such price rule');
      end if;
      v_caller.answer := schnittwerk_core.success(
        'price_rule', schnittwerk_core.price_rule_json(v_rule));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.delete_price_rule(uuid, uuid) is
  'Engine of schnittwerk.delete_price_rule.';

revoke execute on function schnittwerk_core.delete_price_rule from public;
grant execute on function schnittwerk_core.delete_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.delete_price_rule(
  p_price_rule_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.delete_price_rule(p_price_rule_id, p_salon_id);

comment on function schnittwerk.delete_price_rule(uuid, uuid) is
  'Deletes a price rule. Answers {"price_rule"} as it was. Appointments and holds keep their price. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.delete_price_rule from public;
grant execute on function schnittwerk.delete_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/pricing/list_price_rules.sql
create function schnittwerk_core.list_price_rules(p_salon_id uuid)
returns table (
  id uuid,
  name text,
  kind text,
  conditions jsonb,
  adjustment jsonb,
  priority int,
  valid_from date,
  valid_until date,
  is_active boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
begin
  return query
  select
    r.id, r.name, r.kind, r.conditions, r.adjustment, r.priority, r.valid_from, r.valid_until,
    r.is_active
  from schnittwerk_core.price_rule r
  where r.salon_id = v_caller.salon_id
  order by
    array_position('{time,lead_time,demand,promotion}', r.kind), r.priority desc,
    (select count(*) from jsonb_object_keys(r.conditions)) desc,
    schnittwerk_core.sort_key(r.name), r.name;
end
$$;

comment on function schnittwerk_core.list_price_rules(uuid) is
  'Engine of schnittwerk.list_price_rules.';

revoke execute on function schnittwerk_core.list_price_rules from public;
grant execute on function schnittwerk_core.list_price_rules
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_price_rules(p_salon_id uuid default null)
returns table (
  id uuid,
  name text,
  kind text,
  conditions jsonb,
  adjustment jsonb,
  priority int,
  valid_from date,
  valid_until date,
  is_active boolean
)
language sql
stable
begin atomic
  select
    r.id, r.name, r.kind, r.conditions, r.adjustment, r.priority, r.valid_from, r.valid_until,
    r.is_active
  from schnittwerk_core.list_price_rules(p_salon_id) r;
end;

comment on function schnittwerk.list_price_rules(uuid) is
  'The price rules, inactive ones too, with the columns that save_price_rule takes. They come by kind (time, lead_time, demand, promotion) and within a kind by precedence. For admins only, because it shows the codes of promotions. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.list_price_rules from public;
grant execute on function schnittwerk.list_price_rules
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/set_staff_availability.sql
create function schnittwerk_core.set_staff_availability(
  p_staff_id uuid, p_windows jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_staff_availability', p_salon_id, '{admin,staff}');
  v_faults jsonb[];
  v_change schnittwerk_core.open_time_change;
  v_result jsonb;
  v_detail text;
  v_constraint text;
begin
  v_caller := schnittwerk_core.for_own_staff(v_caller, p_staff_id);
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_windows', p_windows) i
    cross join lateral unnest(
      schnittwerk_core.window_faults(i.path, i.value, '{day_of_week,availability_type}') || array[
        schnittwerk_core.json_number_fault(
          i.path || '.day_of_week', i.value -> 'day_of_week', 0, 6,
          jsonb_typeof(i.value) = 'object'),
        schnittwerk_core.fault(
          i.path || '.availability_type',
          coalesce(i.value ->> 'availability_type' not in ('available', 'unavailable'), false),
          'unknown_type', i.path || '.availability_type must be available or unavailable')
      ]
    ) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
        schnittwerk_core.json_fault('p_windows', p_windows, 'array', true)
      ] || v_faults
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_staff_id]);
      delete from schnittwerk_core.staff_availability a
      where a.salon_id = v_caller.salon_id and a.staff_id = p_staff_id;
      -- Of windows with the same start the longest covers the others.
      insert into schnittwerk_core.staff_availability (
        salon_id, staff_id, day_of_week, start_time, end_time, availability_type
      )
      select
        v_caller.salon_id, p_staff_id, w.day_of_week, w.start_time, max(w.end_time),
        w.availability_type
      from jsonb_array_elements(p_windows) i (value)
      cross join lateral (
        select
          schnittwerk_core.json_number(i.value -> 'day_of_week')::smallint as day_of_week,
          schnittwerk_core.json_time(i.value -> 'start_time') as start_time,
          schnittwerk_core.json_time(i.value -> 'end_time') as end_time,
          coalesce(i.value ->> 'availability_type', 'available') as availability_type
      ) w
      group by w.day_of_week, w.start_time, w.availability_type;

      select coalesce(jsonb_agg(to_jsonb(w)), '[]') into v_result
      from schnittwerk_core.weekly_windows(v_caller.salon_id, p_staff_id) w;
      v_caller.answer := schnittwerk_core.success(
        'staff_availability', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_staff_availability(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_staff_availability.';

revoke execute on function schnittwerk_core.set_staff_availability from public;
grant execute on function schnittwerk_core.set_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_staff_availability(
  p_staff_id uuid, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_staff_availability(p_staff_id, p_windows, p_salon_id);

comment on function schnittwerk.set_staff_availability(uuid, jsonb, uuid) is
  'Replaces the weekly availability of a member of staff. Answers {"staff_availability", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins, and staff for themselves. p_windows: [{"day_of_week", "start_time", "end_time", "availability_type"?}], at most 1000. day_of_week is 0 (Sunday) to 6, times are local, HH:MM up to 24:00. availability_type is available (the default) or unavailable (a break). An empty list means never available. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_staff_availability from public;
grant execute on function schnittwerk.set_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/get_staff_availability.sql
create function schnittwerk_core.get_staff_availability(p_staff_id uuid, p_salon_id uuid)
returns table (day_of_week int, start_time text, end_time text, availability_type text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  return query
  select w.* from schnittwerk_core.weekly_windows(v_caller.salon_id, p_staff_id) w;
end
$$;

comment on function schnittwerk_core.get_staff_availability(uuid, uuid) is
  'Engine of schnittwerk.get_staff_availability.';

revoke execute on function schnittwerk_core.get_staff_availability from public;
grant execute on function schnittwerk_core.get_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_staff_availability(p_staff_id uuid, p_salon_id uuid default null)
returns table (day_of_week int, start_time text, end_time text, availability_type text)
language sql
stable
begin atomic
  select r.day_of_week, r.start_time, r.end_time, r.availability_type
  from schnittwerk_core.get_staff_availability(p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.get_staff_availability(uuid, uuid) is
  'The weekly availability of a member of staff, by weekday (0 is Sunday) and start. Times are local, HH:MM up to 24:00; availability_type is available or unavailable. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_staff_availability from public;
grant execute on function schnittwerk.get_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/save_customer.sql
create function schnittwerk_core.save_customer(
  p_full_name text,
  p_email text,
  p_phone text,
  p_profile_id uuid,
  p_notes text,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_customer', p_salon_id, '{admin,receptionist,staff}');
  v_customer schnittwerk_core.customers;
  v_is_new_email boolean;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_full_name := schnittwerk_core.line(p_full_name);
    p_email := schnittwerk_core.line(p_email);
    p_phone := schnittwerk_core.line(p_phone);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_full_name', p_full_name, 200, p_id is null),
      schnittwerk_core.email_fault('p_email', p_email),
      schnittwerk_core.phone_fault('p_phone', p_phone),
      schnittwerk_core.text_fault('p_notes', p_notes, 2000, false),
      schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
        'p_email', p_email, 'p_phone', p_phone, 'p_profile_id', p_profile_id, 'p_notes', p_notes
      ))
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_profile(v_caller.salon_id, p_profile_id);

      if p_id is not null then
        select c.* into v_customer
        from schnittwerk_core.customers c
        where c.salon_id = v_caller.salon_id and c.id = p_id and c.erased_at is null
        for no key update;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such customer');
        end if;
      end if;
      v_is_new_email :=
        p_email is not null and lower(p_email) is distinct from lower(v_customer.email);
      -- The unique index does not cover addresses that customers entered themselves.
      if v_is_new_email and exists (
        select from schnittwerk_core.customers c
        where c.salon_id = v_caller.salon_id and lower(c.email) = lower(p_email)
      ) then
        raise unique_violation using constraint = 'customers_email_is_unique_in_the_salon';
      end if;

      if p_id is null then
        insert into schnittwerk_core.customers as c (
          salon_id, full_name, email, phone, profile_id, notes
        )
        values (v_caller.salon_id, p_full_name, p_email, p_phone, p_profile_id, p_notes)
        returning c.* into v_customer;
      else
        update schnittwerk_core.customers as c
        set
          full_name = coalesce(p_full_name, c.full_name),
          email = coalesce(p_email, case when 'p_email' = any (p_clear) then null else c.email end),
          email_is_own = c.email_is_own and not v_is_new_email,
          phone = coalesce(p_phone, case when 'p_phone' = any (p_clear) then null else c.phone end),
          profile_id = coalesce(
            p_profile_id, case when 'p_profile_id' = any (p_clear) then null else c.profile_id end),
          notes = coalesce(p_notes, case when 'p_notes' = any (p_clear) then null else c.notes end)
        where c.salon_id = v_caller.salon_id and c.id = p_id
        returning c.* into v_customer;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'customer', schnittwerk_core.customer_json(v_customer),
        case when p_id is null then 201 else 200 end
      );
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_customer(text, text, text, uuid, text, uuid, text[], uuid) is
  'Engine of schnittwerk.save_customer.';

revoke execute on function schnittwerk_core.save_customer from public;
grant execute on function schnittwerk_core.save_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_customer(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_notes text default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_customer(
  p_full_name, p_email, p_phone, p_profile_id, p_notes, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_customer(text, text, text, uuid, text, uuid, text[], uuid) is
  'Adds a customer, or changes the given values of the one with p_id. Answers {"customer"}. For the salon team. p_full_name: one line of at most 200 characters. p_email: an e-mail address that no other customer has. p_phone: 5 to 20 digits. p_profile_id: the signed-in user who is this customer and may book for them. p_notes: internal, at most 2000 characters. p_id: the customer to change; null values then stay. p_clear: parameters to empty, with p_id: p_email, p_phone, p_profile_id, p_notes. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, already_exists.';

revoke execute on function schnittwerk.save_customer from public;
grant execute on function schnittwerk.save_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/register_customer.sql
create function schnittwerk_core.register_customer(
  p_full_name text, p_email text, p_phone text, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'register_customer', p_salon_id, '{admin,receptionist,staff,customer,stranger}');
  v_customer schnittwerk_core.customers;
  v_status int := 200;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null and v_caller.user_id is null then
    v_caller.answer := schnittwerk_core.failure('forbidden',
      'The service is not a customer: set schnittwerk.acting_user, or call save_customer');
  elsif v_caller.answer is null and exists (
    select from schnittwerk_core.profiles p
    where p.salon_id = v_caller.salon_id and p.id = v_caller.user_id and not p.is_active
  ) then
    v_caller.answer := schnittwerk_core.failure(
      'forbidden', 'Your profile in this salon is not active');
  end if;
  if v_caller.answer is null then
    p_full_name := schnittwerk_core.line(p_full_name);
    p_email := schnittwerk_core.line(p_email);
    p_phone := schnittwerk_core.line(p_phone);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_full_name', p_full_name),
      schnittwerk_core.email_fault('p_email', p_email, true),
      schnittwerk_core.phone_fault('p_phone', p_phone)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- Repeats if the customer is erased between two of these statements.
      loop
        -- An existing profile keeps its role: nobody changes their own.
        insert into schnittwerk_core.profiles (salon_id, id, role, full_name, email)
        values (v_caller.salon_id, v_caller.user_id, 'customer', p_full_name, p_email)
        on conflict do nothing;

        insert into schnittwerk_core.customers as c (
          salon_id, profile_id, full_name, email, email_is_own, phone
        )
        values (v_caller.salon_id, v_caller.user_id, p_full_name, p_email, true, p_phone)
        on conflict do nothing
        returning c.* into v_customer;
        if found then
          v_status := 201;
          exit;
        end if;
        update schnittwerk_core.customers as c
        set
          full_name = p_full_name,
          email = p_email,
          email_is_own = c.email_is_own or lower(p_email) is distinct from lower(c.email),
          phone = coalesce(p_phone, c.phone)
        where c.salon_id = v_caller.salon_id and c.profile_id = v_caller.user_id
        returning c.* into v_customer;
        exit when found;
      end loop;
      v_caller.answer := schnittwerk_core.success(
        'customer',
        -- The salon's notes are internal.
        schnittwerk_core.customer_json(v_customer) || '{"notes": null}',
        v_status
      );
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.register_customer(text, text, text, uuid) is
  'Engine of schnittwerk.register_customer.';

revoke execute on function schnittwerk_core.register_customer from public;
grant execute on function schnittwerk_core.register_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.register_customer(
  p_full_name text, p_email text, p_phone text default null, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.register_customer(
p_full_name, p_email, p_phone, p_salon_id
);

comment on function schnittwerk.register_customer(text, text, text, uuid) is
  'Makes the signed-in caller a customer of the salon, or changes their own name, e-mail and telephone. Answers {"customer"}. For all signed-in users. p_full_name: one line of at most 200 characters. p_email: an e-mail address. Another customer may have the same one; the salon team then sees both as merge candidates. p_phone: 5 to 20 digits; null keeps the present one. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.register_customer from public;
grant execute on function schnittwerk.register_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/list_customers.sql
create function schnittwerk_core.list_customers(p_search text, p_limit int, p_salon_id uuid)
returns table (
  id uuid,
  full_name text,
  email text,
  phone text,
  profile_id uuid,
  notes text,
  created_at timestamptz,
  merge_candidate_ids uuid[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_name constant text := lower(schnittwerk_core.line(p_search));
  v_search constant text := schnittwerk_core.sort_key(v_name);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.text_fault('p_search', p_search, 200, false),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 1000)
  );
  return query
  select
    c.id, c.full_name, c.email, c.phone, c.profile_id,
    case when v_is_of_salon then c.notes end,
    c.created_at,
    case when v_is_of_salon then array(
      select o.id
      from schnittwerk_core.customers o
      where o.salon_id = c.salon_id and lower(o.email) = lower(c.email) and o.id <> c.id
      order by o.id
    ) end
  from schnittwerk_core.customers c
  -- offset 0 computes the key once per row.
  cross join lateral (select schnittwerk_core.sort_key(c.full_name) as name offset 0) k
  where c.salon_id = v_caller.salon_id and c.erased_at is null
    and (v_is_of_salon or c.profile_id = v_caller.user_id)
    and (
      v_search is null
      or strpos(k.name, v_search) > 0
      or strpos(lower(c.email), v_search) > 0
      or strpos(lower(c.phone), v_search) > 0
      or c.id::text = v_search
    )
  order by
    (v_search in (k.name, lower(c.email), lower(c.phone))) is true desc,
    k.name,
    -- Of names that differ only in accents, those with the accents of the search come first.
    lower(c.full_name) = v_name desc,
    c.full_name, c.id
  limit p_limit;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_customers', v_count);
end
$$;

comment on function schnittwerk_core.list_customers(text, int, uuid) is
  'Engine of schnittwerk.list_customers.';

revoke execute on function schnittwerk_core.list_customers from public;
grant execute on function schnittwerk_core.list_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_customers(
  p_search text default null, p_limit int default 50, p_salon_id uuid default null
)
returns table (
  id uuid,
  full_name text,
  email text,
  phone text,
  profile_id uuid,
  notes text,
  created_at timestamptz,
  merge_candidate_ids uuid[]
)
language sql
stable
begin atomic
  select r.id, r.full_name, r.email, r.phone, r.profile_id, r.notes, r.created_at,
    r.merge_candidate_ids
  from schnittwerk_core.list_customers(p_search, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_customers(text, int, uuid) is
  'Customers by name; those whose whole name, e-mail or telephone is p_search come first. Customers see only themselves, without the salon''s notes. merge_candidate_ids, for the salon team only: other customers with the same e-mail address, who may be the same person. p_search: part of a name, e-mail or telephone, in any case and with or without accents, or a whole id. p_limit: 1 to 1000 rows. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_customers from public;
grant execute on function schnittwerk.list_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/merge_customers.sql
create function schnittwerk_core.merge_customers(
  p_keep_id uuid, p_merge_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'merge_customers', p_salon_id, '{admin,receptionist,staff}');
  v_pair constant uuid[] := array[p_keep_id, p_merge_id];
  v_kept schnittwerk_core.customers;
  v_merged schnittwerk_core.customers;
  v_notes text;
  v_count bigint;
  v_moved jsonb;
  v_ended uuid[];
  v_merged_at timestamptz;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    -- by which unmerge_customer tells what this call changes
    v_caller.operation_id := schnittwerk_core.new_id();
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_keep_id', p_keep_id is null),
      schnittwerk_core.required_fault('p_merge_id', p_merge_id is null),
      case when p_merge_id = p_keep_id then schnittwerk_core.fault(
        'p_merge_id', true, 'same_customer', 'p_merge_id must be another customer than p_keep_id')
      end
    );
  end if;
  if v_caller.answer is null then
    begin
      -- The order in which all calls lock: customers, appointments, resources, waitlist entries.
      perform from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = any (v_pair) and c.erased_at is null
      order by c.id
      for update;
      get diagnostics v_count = row_count;
      if v_count < 2 then
        perform schnittwerk_core.refuse('not_found', 'There is no such customer');
      end if;
      select c.* into strict v_kept
      from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_keep_id;
      select c.* into strict v_merged
      from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_merge_id;
      if num_nonnulls(v_kept.profile_id, v_merged.profile_id) = 2 then
        perform schnittwerk_core.refuse(
          'already_exists',
          'Both customers have a login: unlink one of them first, by save_customer with p_clear p_profile_id');
      end if;
      -- A booking that was judged without what the kept customer gets here fails.
      perform schnittwerk_core.take_turn(v_caller.salon_id, p_keep_id);
      perform schnittwerk_core.lock_of_customers(v_caller.salon_id, v_pair);

      insert into schnittwerk_core.customer_merge as m (salon_id, merged_id, kept_id)
      values (v_caller.salon_id, p_merge_id, p_keep_id)
      returning m.merged_at into v_merged_at;
      v_ended := schnittwerk_core.end_double_entries(v_caller.salon_id, v_pair);
      v_moved := schnittwerk_core.give_to_customer(v_caller.salon_id, p_merge_id, p_keep_id)
        || schnittwerk_core.give_contact(v_caller.salon_id, p_merge_id, p_keep_id);
      delete from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_merge_id;

      v_notes := case when strpos(v_kept.notes, v_merged.notes) > 0 then v_kept.notes
        else nullif(concat_ws(E'\n', v_kept.notes, v_merged.notes), '') end;
      if length(v_notes) > 2000 then
        v_notes := v_kept.notes;
      end if;
      update schnittwerk_core.customers c
      set
        email = coalesce(c.email, v_merged.email),
        email_is_own = case when c.email is null then v_merged.email_is_own else c.email_is_own end,
        phone = coalesce(c.phone, v_merged.phone),
        notes = v_notes,
        profile_id = coalesce(c.profile_id, v_merged.profile_id)
      where c.salon_id = v_caller.salon_id and c.id = p_keep_id
        and (c.email is null and v_merged.email is not null
          or c.phone is null and v_merged.phone is not null
          or c.profile_id is null and v_merged.profile_id is not null
          or c.notes is distinct from v_notes);
      v_moved := v_moved || jsonb_build_object(
        'merged_id', p_merge_id,
        'merged_at', schnittwerk_core.utc_text(v_merged_at),
        'ended_entry_ids', to_jsonb(v_ended),
        'filled', array_to_json(array_remove(array[
          case when v_kept.email is null and v_merged.email is not null then 'email' end,
          case when v_kept.phone is null and v_merged.phone is not null then 'phone' end,
          case when v_kept.notes is distinct from v_notes then 'notes' end,
          case when v_merged.profile_id is not null then 'profile_id' end
        ], null)),
        'dropped', array_to_json(array_remove(array[
          case when v_merged.full_name <> v_kept.full_name then 'full_name' end,
          case when lower(v_merged.email) <> lower(v_kept.email) then 'email' end,
          case when v_merged.phone <> v_kept.phone then 'phone' end,
          case when strpos(v_notes, v_merged.notes) = 0 then 'notes' end
        ], null))
      );
      select c.* into strict v_kept
      from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_keep_id;
      v_caller.answer :=
        schnittwerk_core.success('customer', schnittwerk_core.customer_json(v_kept))
        || jsonb_build_object('merged', v_moved);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.merge_customers(uuid, uuid, uuid) is
  'Engine of schnittwerk.merge_customers.';

revoke execute on function schnittwerk_core.merge_customers from public;
grant execute on function schnittwerk_core.merge_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.merge_customers(
  p_keep_id uuid, p_merge_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.merge_customers(p_keep_id, p_merge_id, p_salon_id);

comment on function schnittwerk.merge_customers(uuid, uuid, uuid) is
  'Makes one customer of two: p_keep_id gets the appointments, holds, fees, waitlist entries and consents of p_merge_id, who is removed, and the e-mail address, phone number and login where they have none; notes are joined if both fit. Of two open waitlist entries for one service the one with an open offer stays, else the older; a refused consent stays refused. No limit of bookings refuses it. Answers {"customer", "merged": {"merged_id", "merged_at", "appointments", "visits", "holds", "fees", "waitlist_entries", "consents" (numbers), "ended_entry_ids", "filled", "dropped" (what the kept customer took over, and what only the audit trail keeps)}}. unmerge_customer undoes it; an event customer.merged informs systems that have copies. For the salon team. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, already_exists (both have a login).';

revoke execute on function schnittwerk.merge_customers from public;
grant execute on function schnittwerk.merge_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/unmerge_customer.sql
create function schnittwerk_core.unmerge_customer(p_merge_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'unmerge_customer', p_salon_id, '{admin}');
  v_merge schnittwerk_core.customer_merge;
  v_changes schnittwerk_core.merge_change[];
  v_customer schnittwerk_core.customers;
  v_kept schnittwerk_core.customers;
  v_old jsonb;
  v_filled schnittwerk_core.merge_change;
  v_taken_back text[];
  v_moved_ids uuid[];
  v_restored uuid[];
  v_returned jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    -- by which forget_filled tells what this call changes
    v_caller.operation_id := schnittwerk_core.new_id();
    v_caller := schnittwerk_core.check_call(
      v_caller, schnittwerk_core.required_fault('p_merge_id', p_merge_id is null));
  end if;
  if v_caller.answer is null then
    begin
      select m.* into v_merge
      from schnittwerk_core.customer_merge m
      where m.salon_id = v_caller.salon_id and m.merged_id = p_merge_id;
      if not found then
        perform schnittwerk_core.refuse(
          'not_found', 'No customer with this id has been merged into another');
      end if;
      -- The order in which all calls lock: customers, appointments, resources, waitlist entries.
      select c.* into v_kept
      from schnittwerk_core.customers c
      where c.salon_id = v_merge.salon_id and c.id = v_merge.kept_id
      for update;
      if not found then
        perform schnittwerk_core.refuse('wrong_status', format(
          'The customer was merged into %s, who was merged in turn: undo that first, by unmerge_customer',
          v_merge.kept_id));
      end if;
      perform schnittwerk_core.take_turn(v_merge.salon_id, v_kept.id);
      perform schnittwerk_core.lock_of_customers(v_merge.salon_id, array[v_kept.id]);
      -- where nobody else has undone it
      delete from schnittwerk_core.customer_merge m
      where m.salon_id = v_merge.salon_id and m.merged_id = p_merge_id
        and m.kept_id = v_merge.kept_id and m.merged_at = v_merge.merged_at;
      if not found then
        perform schnittwerk_core.refuse(
          'not_found', 'No customer with this id has been merged into another');
      end if;

      v_changes := schnittwerk_core.merge_changes(v_merge);
      select c.before into v_old
      from unnest(v_changes) c
      where c.table_name = 'customers' and c.kind = 'deleted';
      if v_old ->> 'full_name' is null
        or schnittwerk_core.is_past_audit(v_merge.salon_id, v_merge.merged_at)
      then
        perform schnittwerk_core.refuse('no_longer_kept', format(
          'The merge of %s cannot be undone: what it changed has been erased, or retention_audit_days has passed',
          schnittwerk_core.utc_text(v_merge.merged_at)));
      end if;

      select c.* into v_filled
      from unnest(v_changes) c
      where c.table_name = 'customers' and c.kind = 'updated';
      v_taken_back := array(
        select f.key
        from unnest(array['email', 'notes', 'phone', 'profile_id']) f (key)
        where to_jsonb(v_kept) -> f.key = v_filled.after -> f.key
          -- of the personal values the journal has those that changed
          and (f.key <> 'profile_id' or v_filled.before ? f.key)
      );
      update schnittwerk_core.customers c
      set
        email = case when 'email' = any (v_taken_back) then v_filled.before ->> 'email'
          else c.email end,
        email_is_own = case when 'email' = any (v_taken_back)
          then coalesce((v_filled.before ->> 'email_is_own')::boolean, c.email_is_own)
          else c.email_is_own end,
        phone = case when 'phone' = any (v_taken_back) then v_filled.before ->> 'phone'
          else c.phone end,
        notes = case when 'notes' = any (v_taken_back) then v_filled.before ->> 'notes'
          else c.notes end,
        profile_id = case when 'profile_id' <> all (v_taken_back) then c.profile_id end
      where c.salon_id = v_kept.salon_id and c.id = v_kept.id and v_taken_back <> '{}'
      returning c.* into v_kept;
      if not found then
        select c.* into strict v_kept
        from schnittwerk_core.customers c
        where c.salon_id = v_merge.salon_id and c.id = v_merge.kept_id;
      end if;
      insert into schnittwerk_core.customers as c (
        salon_id, id, profile_id, full_name, email, email_is_own, phone, notes, created_at
      )
      select
        v_merge.salon_id, p_merge_id, (
          select p.id
          from schnittwerk_core.profiles p
          where p.salon_id = v_merge.salon_id and p.id = o.profile_id and not exists (
            select from schnittwerk_core.customers other
            where other.salon_id = p.salon_id and other.profile_id = p.id
          )
        ), o.full_name, o.email, o.email_is_own, o.phone, o.notes, o.created_at
      from jsonb_populate_record(null::schnittwerk_core.customers, v_old) o
      returning c.* into v_customer;

      v_moved_ids := array(
        select (c.row_key ->> 'id')::uuid
        from unnest(v_changes) c
        where c.table_name in ('appointments', 'hold', 'waitlist')
          and c.before ->> 'customer_id' = p_merge_id::text
          -- used since, for an appointment that stays with the kept customer
          and not exists (
            select from schnittwerk_core.hold h
            where h.salon_id = v_merge.salon_id and h.id = (c.row_key ->> 'id')::uuid
              and c.table_name = 'hold' and c.after ->> 'appointment_id' is null
              and h.appointment_id is not null
          )
      );
      v_restored := schnittwerk_core.restorable_entries(v_merge, v_changes);
      v_returned := schnittwerk_core.give_to_customer(
        v_merge.salon_id, v_kept.id, p_merge_id, v_moved_ids);
      -- What was answered in the meantime.
      perform schnittwerk_core.give_operations(
        v_merge.salon_id, v_kept.id, p_merge_id, v_moved_ids || array(
          select a.visit_id
          from schnittwerk_core.appointments a
          where a.salon_id = v_merge.salon_id and a.customer_id = p_merge_id
            and a.visit_id is not null
        ));
      update schnittwerk_core.waitlist w
      set status = 'active'
      where w.salon_id = v_merge.salon_id and w.id = any (v_restored)
        and not exists (
          select from schnittwerk_core.waitlist o
          where o.salon_id = w.salon_id and o.customer_id = w.customer_id
            and o.service_id = w.service_id and o.status in ('active', 'notified')
        );
      v_restored := array(
        select w.id
        from schnittwerk_core.waitlist w
        where w.salon_id = v_merge.salon_id and w.id = any (v_restored) and w.status = 'active'
        order by w.id
      );
      perform schnittwerk_core.take_contact_back(v_merge, v_changes);
      perform schnittwerk_core.forget_filled(v_merge, v_changes, v_caller.operation_id);

      v_caller.answer :=
        schnittwerk_core.success('customer', schnittwerk_core.customer_json(v_customer))
        || jsonb_build_object(
          'kept', schnittwerk_core.customer_json(v_kept),
          'unmerged', v_returned || jsonb_build_object(
            'merged_at', schnittwerk_core.utc_text(v_merge.merged_at),
            'restored_entry_ids', to_jsonb(v_restored),
            'taken_back', to_jsonb(v_taken_back),
            'elsewhere', (
              select count(*)
              from unnest(v_changes) c
              where c.table_name in ('appointments', 'hold', 'waitlist')
                and c.before ->> 'customer_id' = p_merge_id::text
            ) - (v_returned ->> 'appointments')::int
              - (v_returned ->> 'holds')::int - (v_returned ->> 'waitlist_entries')::int
          )
        );
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.unmerge_customer(uuid, uuid) is
  'Engine of schnittwerk.unmerge_customer.';

revoke execute on function schnittwerk_core.unmerge_customer from public;
grant execute on function schnittwerk_core.unmerge_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.unmerge_customer(p_merge_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.unmerge_customer(p_merge_id, p_salon_id);

comment on function schnittwerk.unmerge_customer(uuid, uuid) is
  'Undoes merge_customers: p_merge_id is a customer again, as they were, and gets back what the merge moved and the kept customer still has; what the kept customer took over and nobody has changed since is taken back, and waitlist entries that the merge ended are open again where their dates have not passed and the customer has no other for the service. What was booked since stays with the kept customer. Answers {"customer", "kept", "unmerged": {"merged_at", "appointments", "visits", "holds", "fees", "waitlist_entries" (numbers returned), "restored_entry_ids", "taken_back", "elsewhere" (how many of what was moved stay with whoever has them now)}}. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, wrong_status (the kept customer was merged, too), already_exists (another customer has the e-mail address now), no_longer_kept (erased, or past retention_audit_days).';

revoke execute on function schnittwerk.unmerge_customer from public;
grant execute on function schnittwerk.unmerge_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/policies/set_policy.sql
create function schnittwerk_core.set_policy(
  p_policy_key text, p_policy_value jsonb, p_is_active boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_policy', p_salon_id, '{admin}');
  v_policy jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.fault(
        'p_policy_key',
        not exists (
          select from schnittwerk_core.policy_definition d where d.policy_key = p_policy_key
        ),
        'unknown_policy',
        format('There is no policy "%s"; list_policies() shows all', left(p_policy_key, 100))),
      schnittwerk_core.policy_value_fault(p_policy_key, p_policy_value),
      schnittwerk_core.required_fault('p_is_active', p_is_active is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value, is_active)
      values (v_caller.salon_id, p_policy_key, p_policy_value, p_is_active)
      on conflict (salon_id, policy_key) do update
      set policy_value = excluded.policy_value, is_active = excluded.is_active;
      select to_jsonb(p) into v_policy
      from schnittwerk_core.policies(v_caller.salon_id) p
      where p.policy_key = p_policy_key;
      v_caller.answer := schnittwerk_core.success('policy', v_policy);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_policy(text, jsonb, boolean, uuid) is
  'Engine of schnittwerk.set_policy.';

revoke execute on function schnittwerk_core.set_policy from public;
grant execute on function schnittwerk_core.set_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_policy(
  p_policy_key text,
  p_policy_value jsonb,
  p_is_active boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_policy(p_policy_key, p_policy_value, p_is_active, p_salon_id);

comment on function schnittwerk.set_policy(text, jsonb, boolean, uuid) is
  'Sets a booking policy. Answers {"policy"}, in the form of list_policies. For admins. p_policy_value: a JSON number or boolean, of the type and in the range that list_policies shows. p_is_active: false makes the default hold. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_policy from public;
grant execute on function schnittwerk.set_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/policies/list_policies.sql
create function schnittwerk_core.list_policies(p_salon_id uuid)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer,stranger}');
begin
  return query
  select p.* from schnittwerk_core.policies(v_caller.salon_id) p order by p.policy_key;
end
$$;

comment on function schnittwerk_core.list_policies(uuid) is 'Engine of schnittwerk.list_policies.';

revoke execute on function schnittwerk_core.list_policies from public;
grant execute on function schnittwerk_core.list_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_policies(p_salon_id uuid default null)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language sql
stable
begin atomic
  select
    r.policy_key, r.policy_value, r.default_value, r.value_type, r.minimum, r.maximum,
    r.description, r.is_active
  from schnittwerk_core.list_policies(p_salon_id) r;
end;

comment on function schnittwerk.list_policies(uuid) is
  'Every booking policy by key: the salon''s value (else the default), the default, type (number, integer, boolean), range, and meaning with its unit. If is_active is false, the default holds. For all signed-in users. Raises not_authenticated, salon_required, not_found.';

revoke execute on function schnittwerk.list_policies from public;
grant execute on function schnittwerk.list_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/create_holiday.sql
create function schnittwerk_core.create_holiday(
  p_name text,
  p_date date,
  p_is_recurring boolean,
  p_recurring_month int,
  p_recurring_day int,
  p_type text,
  p_description text,
  p_affects_all_staff boolean,
  p_staff_ids uuid[],
  p_end_date date,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'create_holiday', p_salon_id, '{admin}');
  v_staff_ids constant uuid[] := coalesce(p_staff_ids, '{}');
  v_holiday schnittwerk_core.holidays;
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_holiday.name := schnittwerk_core.line(p_name);
    v_holiday.date := p_date;
    v_holiday.end_date := p_end_date;
    v_holiday.type := p_type;
    v_holiday.description := p_description;
    v_holiday.is_recurring := p_is_recurring;
    v_holiday.recurring_month := p_recurring_month;
    v_holiday.recurring_day := p_recurring_day;
    v_holiday.affects_all_staff := p_affects_all_staff;
    v_holiday := schnittwerk_core.with_recurrence(v_holiday);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic schnittwerk_core.holiday_faults('p_', v_holiday, v_staff_ids));
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, v_staff_ids);

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      insert into schnittwerk_core.holidays as h (
        salon_id, name, date, end_date, type, description,
        is_recurring, recurring_month, recurring_day, affects_all_staff
      )
      values (
        v_caller.salon_id, v_holiday.name, p_date, p_end_date, p_type, p_description,
        p_is_recurring, v_holiday.recurring_month, v_holiday.recurring_day, p_affects_all_staff
      )
      returning h.* into v_holiday;
      insert into schnittwerk_core.holiday_staff (salon_id, holiday_id, staff_id)
      select distinct v_caller.salon_id, v_holiday.id, i.id
      from unnest(v_staff_ids) i (id);
      v_caller.answer := schnittwerk_core.success(
        'holiday', schnittwerk_core.holiday_json(v_holiday), 201)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.create_holiday(text, date, boolean, int, int, text, text, boolean, uuid[], date, uuid) is
  'Engine of schnittwerk.create_holiday.';

revoke execute on function schnittwerk_core.create_holiday from public;
grant execute on function schnittwerk_core.create_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.create_holiday(
  p_name text,
  p_date date,
  p_is_recurring boolean default false,
  p_recurring_month int default null,
  p_recurring_day int default null,
  p_type text default 'public_holiday',
  p_description text default null,
  p_affects_all_staff boolean default true,
  p_staff_ids uuid[] default null,
  p_end_date date default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.create_holiday(
  p_name, p_date, p_is_recurring, p_recurring_month, p_recurring_day, p_type, p_description,
  p_affects_all_staff, p_staff_ids, p_end_date, p_salon_id
);

comment on function schnittwerk.create_holiday(text, date, boolean, int, int, text, text, boolean, uuid[], date, uuid) is
  'Closes the salon on a local date, or on all dates from p_date to p_end_date. Answers {"holiday", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_name: at most 200 characters. p_is_recurring: closes every year on p_recurring_month and p_recurring_day. p_recurring_month, p_recurring_day: null means those of p_date; other values move both dates. In years without 29 February the holiday is on the 28th. A recurring holiday of several days keeps its first and last date, not its length. p_type: public_holiday, blackout_date or maintenance. p_description: at most 2000 characters. p_affects_all_staff: false closes only for p_staff_ids. p_staff_ids: at most 1000. p_end_date: less than 366 days after p_date; null means p_date. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.create_holiday from public;
grant execute on function schnittwerk.create_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/update_holiday.sql
create function schnittwerk_core.update_holiday(
  p_holiday_id uuid, p_changes jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'update_holiday', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_holiday schnittwerk_core.holidays;
  v_staff_ids uuid[];
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic
      array[schnittwerk_core.required_fault('p_holiday_id', p_holiday_id is null)]
        || schnittwerk_core.holiday_change_faults(p_changes));
  end if;
  if v_caller.answer is null then
    begin
      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      select h.* into v_holiday
      from schnittwerk_core.holidays h
      where h.salon_id = v_caller.salon_id and h.id = p_holiday_id
      for update;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such holiday');
      end if;

      v_holiday := jsonb_populate_record(
        v_holiday,
        -- A new date also moves the yearly day. A holiday that no longer recurs has none.
        case when p_changes -> 'date' <> to_jsonb(v_holiday.date)
            or p_changes -> 'is_recurring' = 'false'
          then '{"recurring_month": null, "recurring_day": null}' else '{}' end::jsonb
        || p_changes - 'staff_ids'
      );
      v_holiday.name := schnittwerk_core.line(v_holiday.name);
      v_holiday := schnittwerk_core.with_recurrence(v_holiday);
      v_staff_ids := case
        when p_changes ? 'staff_ids' then array(
          select distinct i.value::uuid
          from schnittwerk_core.list_items('p_changes.staff_ids', p_changes -> 'staff_ids') l
          cross join lateral (select l.value #>> '{}' as value) i
        )
        when v_holiday.affects_all_staff then '{}'
        else array(
          select l.staff_id
          from schnittwerk_core.holiday_staff l
          where l.salon_id = v_caller.salon_id and l.holiday_id = p_holiday_id
        )
      end;
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.holiday_faults('p_changes.', v_holiday, v_staff_ids));
      perform schnittwerk_core.require_staff(v_caller.salon_id, v_staff_ids);

      update schnittwerk_core.holidays as h
      set
        name = v_holiday.name,
        date = v_holiday.date,
        end_date = v_holiday.end_date,
        type = v_holiday.type,
        description = v_holiday.description,
        is_recurring = v_holiday.is_recurring,
        recurring_month = v_holiday.recurring_month,
        recurring_day = v_holiday.recurring_day,
        affects_all_staff = v_holiday.affects_all_staff
      where h.salon_id = v_caller.salon_id and h.id = p_holiday_id;
      delete from schnittwerk_core.holiday_staff l
      where l.salon_id = v_caller.salon_id and l.holiday_id = p_holiday_id;
      insert into schnittwerk_core.holiday_staff (salon_id, holiday_id, staff_id)
      select v_caller.salon_id, p_holiday_id, i.id
      from unnest(v_staff_ids) i (id);
      v_caller.answer := schnittwerk_core.success(
        'holiday', schnittwerk_core.holiday_json(v_holiday))
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.update_holiday(uuid, jsonb, uuid) is
  'Engine of schnittwerk.update_holiday.';

revoke execute on function schnittwerk_core.update_holiday from public;
grant execute on function schnittwerk_core.update_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.update_holiday(
  p_holiday_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.update_holiday(p_holiday_id, p_changes, p_salon_id);

comment on function schnittwerk.update_holiday(uuid, jsonb, uuid) is
  'Changes a holiday. Answers {"holiday", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_changes: an object with any of name, date, end_date, type, description, is_recurring, recurring_month, recurring_day, affects_all_staff and staff_ids (at most 1000). What is absent stays, null clears. A new date also sets the month and day of a recurring holiday, unless these are given. affects_all_staff true removes staff_ids. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.update_holiday from public;
grant execute on function schnittwerk.update_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/delete_holiday.sql
create function schnittwerk_core.delete_holiday(p_holiday_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'delete_holiday', p_salon_id, '{admin}');
  v_holiday schnittwerk_core.holidays;
  v_result jsonb;
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_holiday_id', p_holiday_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      select h.* into v_holiday
      from schnittwerk_core.holidays h
      where h.salon_id = v_caller.salon_id and h.id = p_holiday_id
      for update;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such holiday');
      end if;
      -- Read before the delete, which cascades to the links to staff.
      v_result := schnittwerk_core.holiday_json(v_holiday);
      delete from schnittwerk_core.holidays h
      where h.salon_id = v_caller.salon_id and h.id = p_holiday_id;
      v_caller.answer := schnittwerk_core.success(
        'holiday', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.delete_holiday(uuid, uuid) is
  'Engine of schnittwerk.delete_holiday.';

revoke execute on function schnittwerk_core.delete_holiday from public;
grant execute on function schnittwerk_core.delete_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.delete_holiday(p_holiday_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.delete_holiday(p_holiday_id, p_salon_id);

comment on function schnittwerk.delete_holiday(uuid, uuid) is
  'Deletes a holiday. Answers {"holiday", "affected_appointments"}, the holiday as it was. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.delete_holiday from public;
grant execute on function schnittwerk.delete_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/list_holidays.sql
create function schnittwerk_core.list_holidays(p_from date, p_to date, p_salon_id uuid)
returns table (
  id uuid,
  date date,
  name text,
  type text,
  description text,
  is_recurring boolean,
  affects_all_staff boolean,
  staff_ids uuid[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.date_range_faults(p_from, p_to, 1100));
  return query
  select
    h.id, d.date, h.name, h.type, h.description, h.is_recurring, h.affects_all_staff,
    array(
      select l.staff_id
      from schnittwerk_core.holiday_staff l
      where l.salon_id = h.salon_id and l.holiday_id = h.id
      order by l.staff_id
    )
  from schnittwerk_core.holiday_dates(v_caller.salon_id, p_from, p_to) d
  join schnittwerk_core.holidays h on h.salon_id = v_caller.salon_id and h.id = d.holiday_id
  order by d.date, schnittwerk_core.sort_key(h.name), h.name, h.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.rows_fault('p_to', v_count, 'take a p_to closer to p_from'));
end
$$;

comment on function schnittwerk_core.list_holidays(date, date, uuid) is
  'Engine of schnittwerk.list_holidays.';

revoke execute on function schnittwerk_core.list_holidays from public;
grant execute on function schnittwerk_core.list_holidays
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_holidays(p_from date, p_to date, p_salon_id uuid default null)
returns table (
  id uuid,
  date date,
  name text,
  type text,
  description text,
  is_recurring boolean,
  affects_all_staff boolean,
  staff_ids uuid[]
)
language sql
stable
begin atomic
  select
    r.id, r.date, r.name, r.type, r.description, r.is_recurring, r.affects_all_staff,
    r.staff_ids
  from schnittwerk_core.list_holidays(p_from, p_to, p_salon_id) r;
end;

comment on function schnittwerk.list_holidays(date, date, uuid) is
  'One row per holiday and local date, by date and name. Recurring holidays and holidays of several days appear on each of their dates. staff_ids are the staff for whom a holiday closes if it does not affect all. More than 100000 rows are invalid_input. p_from, p_to: local dates, both included, at most 1100 days. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_holidays from public;
grant execute on function schnittwerk.list_holidays
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/add_time_off.sql
create function schnittwerk_core.add_time_off(
  p_staff_id uuid,
  p_start_date date,
  p_end_date date,
  p_start_time time,
  p_end_time time,
  p_type text,
  p_is_approved boolean,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'add_time_off', p_salon_id, '{admin,staff}');
  v_end_date constant date := coalesce(p_end_date, p_start_date);
  v_change schnittwerk_core.open_time_change;
  v_time_off schnittwerk_core.staff_timeoff;
  v_detail text;
  v_constraint text;
begin
  v_caller := schnittwerk_core.for_own_staff(v_caller, p_staff_id);
  if v_caller.answer is null then
    p_type := schnittwerk_core.line(p_type);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_staff_id', p_staff_id is null)
      ] || schnittwerk_core.local_period_faults(
        p_start_date, p_end_date, p_start_time, p_end_time, 'The time off')
      || array[
        schnittwerk_core.line_fault('p_type', p_type, 50),
        schnittwerk_core.required_fault('p_is_approved', p_is_approved is null)
      ]
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_staff_id]);
      insert into schnittwerk_core.staff_timeoff as t (
        salon_id, staff_id, start_date, end_date, start_time, end_time, type, is_approved
      )
      values (
        v_caller.salon_id, p_staff_id, p_start_date, v_end_date, p_start_time, p_end_time, p_type,
        -- Time off that staff enter for themselves is a request.
        p_is_approved and v_caller.role <> 'staff'
      )
      returning t.* into v_time_off;
      v_caller.answer := schnittwerk_core.success(
        'time_off', schnittwerk_core.time_off_json(v_time_off), 201)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.add_time_off(uuid, date, date, time, time, text, boolean, uuid) is
  'Engine of schnittwerk.add_time_off.';

revoke execute on function schnittwerk_core.add_time_off from public;
grant execute on function schnittwerk_core.add_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.add_time_off(
  p_staff_id uuid,
  p_start_date date,
  p_end_date date default null,
  p_start_time time default null,
  p_end_time time default null,
  p_type text default 'vacation',
  p_is_approved boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.add_time_off(
  p_staff_id, p_start_date, p_end_date, p_start_time, p_end_time, p_type, p_is_approved,
  p_salon_id
);

comment on function schnittwerk.add_time_off(uuid, date, date, time, time, text, boolean, uuid) is
  'Adds time off for a member of staff. Answers {"time_off", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). Only approved time off blocks bookings. For admins, and staff for themselves; what staff add is a request and never approved. p_start_date, p_end_date: local dates, both included; p_end_date null means p_start_date. p_start_time, p_end_time: local times on the first and on the last date; null means whole days. p_type: free text, at most 50 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.add_time_off from public;
grant execute on function schnittwerk.add_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/remove_time_off.sql
create function schnittwerk_core.remove_time_off(p_time_off_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'remove_time_off', p_salon_id, '{admin,staff}');
  v_time_off schnittwerk_core.staff_timeoff;
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_time_off_id', p_time_off_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      select t.* into v_time_off
      from schnittwerk_core.staff_timeoff t
      where t.salon_id = v_caller.salon_id and t.id = p_time_off_id
        and (v_caller.role <> 'staff' or exists (
          select from schnittwerk_core.staff m
          where m.salon_id = t.salon_id and m.id = t.staff_id and m.profile_id = v_caller.user_id
        ));
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such time off');
      end if;
      v_change := schnittwerk_core.begin_open_time_change(
        v_caller.salon_id, array[v_time_off.staff_id]);
      delete from schnittwerk_core.staff_timeoff t
      where t.salon_id = v_caller.salon_id and t.id = p_time_off_id;
      if not found then
        -- Another transaction has removed it in the meantime.
        perform schnittwerk_core.refuse('not_found', 'There is no such time off');
      end if;
      v_caller.answer := schnittwerk_core.success(
        'time_off', schnittwerk_core.time_off_json(v_time_off))
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.remove_time_off(uuid, uuid) is
  'Engine of schnittwerk.remove_time_off.';

revoke execute on function schnittwerk_core.remove_time_off from public;
grant execute on function schnittwerk_core.remove_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.remove_time_off(p_time_off_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.remove_time_off(p_time_off_id, p_salon_id);

comment on function schnittwerk.remove_time_off(uuid, uuid) is
  'Removes time off. Answers {"time_off", "affected_appointments"}, the time off as it was. For admins, and staff for their own. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.remove_time_off from public;
grant execute on function schnittwerk.remove_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/list_time_off.sql
create function schnittwerk_core.list_time_off(
  p_from date, p_to date, p_staff_id uuid, p_salon_id uuid
)
returns table (
  id uuid,
  staff_id uuid,
  start_date date,
  end_date date,
  start_time text,
  end_time text,
  type text,
  is_approved boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.date_range_faults(p_from, p_to, 1100));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  return query
  select
    t.id, t.staff_id, t.start_date, t.end_date, schnittwerk_core.time_text(t.start_time),
    schnittwerk_core.time_text(t.end_time), t.type, t.is_approved
  from schnittwerk_core.staff_timeoff t
  where t.salon_id = v_caller.salon_id
    and t.start_date <= p_to and t.end_date >= p_from
    and (p_staff_id is null or t.staff_id = p_staff_id)
  order by t.start_date, t.start_time nulls first, t.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault(
    'p_to', v_count, 'take a p_to closer to p_from, or one p_staff_id'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_time_off', v_count);
end
$$;

comment on function schnittwerk_core.list_time_off(date, date, uuid, uuid) is
  'Engine of schnittwerk.list_time_off.';

revoke execute on function schnittwerk_core.list_time_off from public;
grant execute on function schnittwerk_core.list_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_time_off(
  p_from date, p_to date, p_staff_id uuid default null, p_salon_id uuid default null
)
returns table (
  id uuid,
  staff_id uuid,
  start_date date,
  end_date date,
  start_time text,
  end_time text,
  type text,
  is_approved boolean
)
language sql
stable
begin atomic
  select
    r.id, r.staff_id, r.start_date, r.end_date, r.start_time, r.end_time, r.type,
    r.is_approved
  from schnittwerk_core.list_time_off(p_from, p_to, p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.list_time_off(date, date, uuid, uuid) is
  'Time off that overlaps the given local dates, by start. Times are local, HH:MM; null means whole days. For the salon team. p_from, p_to: local dates, both included, at most 1100 days. p_staff_id: null means all staff. More than 100000 rows are invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_time_off from public;
grant execute on function schnittwerk.list_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/catalog/find_ids.sql
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
-- end include

-- include: sql/api/calendar/set_special_hours.sql
create function schnittwerk_core.set_special_hours(
  p_date date, p_windows jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_special_hours', p_salon_id, '{admin}');
  v_faults jsonb[];
  v_change schnittwerk_core.open_time_change;
  v_result jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_windows', p_windows) i
    cross join lateral unnest(schnittwerk_core.window_faults(i.path, i.value)) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.date_fault('p_date', p_date),
        schnittwerk_core.json_fault('p_windows', p_windows, 'array')
      ] || v_faults
    );
  end if;
  if v_caller.answer is null then
    begin
      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      delete from schnittwerk_core.special_hours h
      where h.salon_id = v_caller.salon_id and h.date = p_date;
      if p_windows = '[]' then
        insert into schnittwerk_core.special_hours (salon_id, date, is_open)
        values (v_caller.salon_id, p_date, false);
      end if;
      -- Of windows with the same start the longest covers the others.
      insert into schnittwerk_core.special_hours (salon_id, date, start_time, end_time)
      select v_caller.salon_id, p_date, w.start_time, max(w.end_time)
      from schnittwerk_core.list_items('p_windows', p_windows) i
      cross join lateral (
        select
          schnittwerk_core.json_time(i.value -> 'start_time') as start_time,
          schnittwerk_core.json_time(i.value -> 'end_time') as end_time
      ) w
      group by w.start_time;

      select coalesce(jsonb_agg(to_jsonb(w)), '[]') into v_result
      from schnittwerk_core.special_windows(v_caller.salon_id, p_date, p_date) w;
      v_caller.answer := schnittwerk_core.success(
        'special_hours', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_special_hours(date, jsonb, uuid) is
  'Engine of schnittwerk.set_special_hours.';

revoke execute on function schnittwerk_core.set_special_hours from public;
grant execute on function schnittwerk_core.set_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_special_hours(
  p_date date, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_special_hours(p_date, p_windows, p_salon_id);

comment on function schnittwerk.set_special_hours(date, jsonb, uuid) is
  'Gives a local date its own opening hours, in place of those of its weekday. Answers {"special_hours", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_windows: [{"start_time", "end_time"}], at most 1000, local times HH:MM up to 24:00. An empty list means closed, null means the hours of the weekday again. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_special_hours from public;
grant execute on function schnittwerk.set_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/list_special_hours.sql
create function schnittwerk_core.list_special_hours(p_from date, p_to date, p_salon_id uuid)
returns table (date date, start_time text, end_time text, is_open boolean)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.date_range_faults(p_from, p_to, 1100));
  return query
  select w.* from schnittwerk_core.special_windows(v_caller.salon_id, p_from, p_to) w
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.rows_fault('p_to', v_count, 'take a p_to closer to p_from'));
end
$$;

comment on function schnittwerk_core.list_special_hours(date, date, uuid) is
  'Engine of schnittwerk.list_special_hours.';

revoke execute on function schnittwerk_core.list_special_hours from public;
grant execute on function schnittwerk_core.list_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_special_hours(p_from date, p_to date, p_salon_id uuid default null)
returns table (date date, start_time text, end_time text, is_open boolean)
language sql
stable
begin atomic
  select r.date, r.start_time, r.end_time, r.is_open
  from schnittwerk_core.list_special_hours(p_from, p_to, p_salon_id) r;
end;

comment on function schnittwerk.list_special_hours(date, date, uuid) is
  'The opening windows of single dates, which replace those of the weekday. Times are local, HH:MM up to 24:00. A row without times and with is_open false means closed that day. More than 100000 rows are invalid_input. p_from, p_to: local dates, both included, at most 1100 days. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_special_hours from public;
grant execute on function schnittwerk.list_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/list_appointments.sql
create function schnittwerk_core.list_appointments(
  p_from timestamptz,
  p_to timestamptz,
  p_staff_id uuid,
  p_customer_id uuid,
  p_status text,
  p_salon_id uuid
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  reschedule_count int,
  notes text,
  created_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
-- Which index is best depends on the arguments.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(variadic
    schnittwerk_core.instant_range_faults(p_from, p_to, 400) || schnittwerk_core.fault(
      'p_status',
      coalesce(
        p_status not in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show'), false),
      'unknown_status', 'p_status must be pending, confirmed, completed, cancelled or no_show')
  );
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  if p_customer_id is not null
    and not schnittwerk_core.may_know_customer(v_caller, p_customer_id)
  then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;

  return query
  select
    a.id, a.customer_id, c.full_name, a.staff_id, m.full_name, a.service_id, v.name,
    a.starts_at, a.ends_at, a.status::text, a.price::numeric, a.reschedule_count::int,
    a.notes::text,
    a.created_at
  from schnittwerk_core.appointments a
  join schnittwerk_core.customers c on c.salon_id = a.salon_id and c.id = a.customer_id
  join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
  join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
  where a.salon_id = v_caller.salon_id
    -- No appointment is longer than a day. Without this bound the scan would read all history.
    and a.starts_at > p_from - interval '24 hours'
    and a.starts_at < p_to
    and a.ends_at > p_from
    and (p_staff_id is null or a.staff_id = p_staff_id)
    and (p_customer_id is null or a.customer_id = p_customer_id)
    and (p_status is null or a.status = p_status)
    and (v_is_of_salon or c.profile_id = v_caller.user_id)
  order by a.starts_at, a.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault('p_to', v_count,
    'take a p_to closer to p_from, or one p_staff_id, p_customer_id or p_status'));
  perform schnittwerk_core.log_personal_read(
    v_caller, 'list_appointments', v_count, p_customer_id);
end
$$;

comment on function schnittwerk_core.list_appointments(timestamptz, timestamptz, uuid, uuid, text, uuid) is
  'Engine of schnittwerk.list_appointments.';

revoke execute on function schnittwerk_core.list_appointments from public;
grant execute on function schnittwerk_core.list_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_appointments(
  p_from timestamptz,
  p_to timestamptz,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_status text default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  reschedule_count int,
  notes text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.customer_id, r.customer_name, r.staff_id, r.staff_name, r.service_id,
    r.service_name, r.starts_at, r.ends_at, r.status, r.price, r.reschedule_count, r.notes,
    r.created_at
  from schnittwerk_core.list_appointments(
    p_from, p_to, p_staff_id, p_customer_id, p_status, p_salon_id
  ) r;
end;

comment on function schnittwerk.list_appointments(timestamptz, timestamptz, uuid, uuid, text, uuid) is
  'Appointments that overlap [p_from, p_to), by start, with the price in the salon''s currency. The salon team sees all, customers their own. p_from, p_to: at most 400 days apart. p_staff_id, p_customer_id: filters; null means all. p_status: pending, confirmed, completed, cancelled or no_show; null means all. More than 100000 rows are invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_appointments from public;
grant execute on function schnittwerk.list_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking/list_affected_appointments.sql
create function schnittwerk_core.list_affected_appointments(p_salon_id uuid)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  customer_phone text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  cause text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_count bigint;
begin
  return query
  with by_calendar as materialized (
    select (f.appointment).id, f.cause
    from schnittwerk_core.affected_appointments(
      v_caller.salon_id,
      schnittwerk_core.open_time_of(
        v_caller.salon_id, null, schnittwerk_core.last_live_end(v_caller.salon_id, null))
    ) f
  ),
  affected as (
    select b.id, b.cause from by_calendar b
    union all
    select distinct l.appointment_id, 'resource_unavailable'
    from schnittwerk_core.lost_unit_claims(v_caller.salon_id) l
    where l.appointment_id not in (select b.id from by_calendar b)
  )
  select
    a.id, a.customer_id, c.full_name, c.phone, a.staff_id, m.full_name, a.service_id, v.name,
    a.starts_at, a.ends_at, a.status::text, a.price::numeric, f.cause
  from affected f
  join schnittwerk_core.appointments a on a.salon_id = v_caller.salon_id and a.id = f.id
  join schnittwerk_core.customers c on c.salon_id = a.salon_id and c.id = a.customer_id
  join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
  join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
  order by a.starts_at, a.id
  limit schnittwerk_core.most_rows();
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_affected_appointments', v_count);
end
$$;

comment on function schnittwerk_core.list_affected_appointments(uuid) is
  'Engine of schnittwerk.list_affected_appointments.';

revoke execute on function schnittwerk_core.list_affected_appointments from public;
grant execute on function schnittwerk_core.list_affected_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_affected_appointments(p_salon_id uuid default null)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  customer_phone text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  cause text
)
language sql
stable
begin atomic
  select
    r.id, r.customer_id, r.customer_name, r.customer_phone, r.staff_id, r.staff_name,
    r.service_id, r.service_name, r.starts_at, r.ends_at, r.status, r.price,
    r.cause
  from schnittwerk_core.list_affected_appointments(p_salon_id) r;
end;

comment on function schnittwerk.list_affected_appointments(uuid) is
  'The future pending and confirmed appointments that cannot take place as things are now, by start, with the customer to call. cause is the first that applies: service_not_offered (the service or the member of staff is inactive, or they no longer perform it), holiday, outside_business_hours, staff_unavailable, or resource_unavailable (a unit that the appointment uses is inactive, closed at that time, or in another pool). At most 100000 rows. For the salon team. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.list_affected_appointments from public;
grant execute on function schnittwerk.list_affected_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/waitlist/join_waitlist.sql
create function schnittwerk_core.join_waitlist(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_preferred_start_date date,
  p_preferred_end_date date,
  p_staff_id uuid,
  p_preferred_times time[],
  p_preferred_days int[],
  p_priority int,
  p_notes text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'join_waitlist', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_past schnittwerk_core.waitlist;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    if v_caller.answer is null and p_priority <> 0
      and not schnittwerk_core.is_of_salon(v_caller)
    then
      v_caller.answer := schnittwerk_core.failure(
        'forbidden', 'Only the salon team sets a priority');
    end if;
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_entry.salon_id := v_caller.salon_id;
    v_entry.customer_id := v_caller.customer_id;
    v_entry.service_id := p_service_id;
    v_entry.staff_id := p_staff_id;
    v_entry.preferred_start_date := p_preferred_start_date;
    v_entry.preferred_end_date := p_preferred_end_date;
    v_entry.preferred_times := p_preferred_times;
    v_entry.preferred_days := p_preferred_days;
    v_entry.priority := p_priority;
    v_entry.notes := p_notes;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, to_jsonb(v_entry),
      variadic array[
        schnittwerk_core.fault(
          'p_customer_id', v_caller.kind = 'service' and p_customer_id is null, 'required',
          'p_customer_id is required: the service is not a customer'),
        schnittwerk_core.required_fault('p_service_id', p_service_id is null)
      ] || schnittwerk_core.waitlist_faults('p_', v_entry) || schnittwerk_core.fault(
        'p_preferred_end_date',
        coalesce(
          p_preferred_end_date < schnittwerk_core.local_today(v_caller.salon_id), false),
        'out_of_range', 'p_preferred_end_date must not have passed')
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
      perform schnittwerk_core.require_service_and_staff(
        v_caller.salon_id, p_service_id, array[p_staff_id]);
      -- As a booking locks them, so that an old snapshot does not miss a change of what is offered.
      perform schnittwerk_core.lock_resources(
        v_caller.salon_id,
        schnittwerk_core.performers(v_caller.salon_id, p_service_id) || p_staff_id
          || schnittwerk_core.offered_resources(v_caller.salon_id, v_caller.customer_id)
      );
      if not exists (
        select from schnittwerk_core.services v
        where v.salon_id = v_caller.salon_id and v.id = p_service_id and v.is_active
      ) or p_staff_id is not null and not p_staff_id = any (
        schnittwerk_core.performers(v_caller.salon_id, p_service_id)
      ) then
        perform schnittwerk_core.refuse('service_not_offered');
      end if;

      -- Ends an entry whose dates have passed, if process_waitlist has not done so yet.
      select w.* into v_past
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.customer_id = v_entry.customer_id
        and w.service_id = v_entry.service_id and w.status in ('active', 'notified')
        and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
      if found then
        perform schnittwerk_core.expire_entry(v_past);
      end if;
      insert into schnittwerk_core.waitlist as w (
        salon_id, customer_id, service_id, staff_id, preferred_start_date, preferred_end_date,
        preferred_times, preferred_days, priority, notes
      )
      values (
        v_entry.salon_id, v_entry.customer_id, v_entry.service_id, v_entry.staff_id,
        v_entry.preferred_start_date, v_entry.preferred_end_date, v_entry.preferred_times,
        v_entry.preferred_days, v_entry.priority, v_entry.notes
      )
      on conflict (salon_id, customer_id, service_id) where status in ('active', 'notified')
        do nothing
      returning w.* into v_entry;
      if not found then
        perform schnittwerk_core.refuse(
          'already_exists', 'The customer waits for this service already');
      end if;
      v_caller.answer := schnittwerk_core.success(
        'waitlist_entry', schnittwerk_core.waitlist_json(v_entry), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.join_waitlist(text, uuid, uuid, date, date, uuid, time[], int[], int, text, uuid) is
  'Engine of schnittwerk.join_waitlist.';

revoke execute on function schnittwerk_core.join_waitlist from public;
grant execute on function schnittwerk_core.join_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.join_waitlist(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_preferred_start_date date,
  p_preferred_end_date date,
  p_staff_id uuid default null,
  p_preferred_times time[] default null,
  p_preferred_days int[] default null,
  p_priority int default 0,
  p_notes text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.join_waitlist(
  p_idempotency_key, p_customer_id, p_service_id, p_preferred_start_date, p_preferred_end_date,
  p_staff_id, p_preferred_times, p_preferred_days, p_priority, p_notes, p_salon_id
);

comment on function schnittwerk.join_waitlist(text, uuid, uuid, date, date, uuid, time[], int[], int, text, uuid) is
  'Puts a customer on the waitlist for a service. Answers {"waitlist_entry"}. A customer has at most one active entry for a service. p_idempotency_key: as for create_booking. p_customer_id: null means the caller. p_preferred_start_date, p_preferred_end_date: local dates, both included, at most 730 days apart. p_staff_id: null means anyone. p_preferred_times: 1 to 96 exact local starts; null means any. p_preferred_days: 1 to 7 of 0 (Sunday) to 6; null means any. p_priority: 0 to 10, the highest first; only the salon team sets it. p_notes: at most 2000 characters; the booking keeps them. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, already_exists, service_not_offered.';

revoke execute on function schnittwerk.join_waitlist from public;
grant execute on function schnittwerk.join_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/waitlist/update_waitlist_entry.sql
create function schnittwerk_core.update_waitlist_entry(
  p_idempotency_key text, p_entry_id uuid, p_changes jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'update_waitlist_entry', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    if v_caller.answer is null and p_changes ? 'priority'
      and not schnittwerk_core.is_of_salon(v_caller)
    then
      v_caller.answer := schnittwerk_core.failure(
        'forbidden', 'Only the salon team sets a priority');
    end if;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_entry_id, p_changes),
      variadic schnittwerk_core.required_fault('p_entry_id', p_entry_id is null)
        || schnittwerk_core.waitlist_change_faults(p_changes));
  end if;
  if v_caller.answer is null then
    begin
      v_entry := schnittwerk_core.require_entry(v_caller, p_entry_id);
      v_caller.customer_id := v_entry.customer_id;
      -- The staff asked for as a booking locks them: see join_waitlist.
      v_entry := (schnittwerk_core.lock_entry(v_entry, (p_changes ->> 'staff_id')::uuid)).entry;
      if not v_entry.status in ('active', 'notified') then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The waitlist entry is ' || v_entry.status);
      end if;

      v_entry := jsonb_populate_record(v_entry, p_changes);
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.waitlist_faults('p_changes.', v_entry));
      if p_changes ->> 'staff_id' is not null then
        perform schnittwerk_core.require_staff(v_entry.salon_id, array[v_entry.staff_id]);
        if not v_entry.staff_id = any (
          schnittwerk_core.performers(v_entry.salon_id, v_entry.service_id)
        ) then
          perform schnittwerk_core.refuse('service_not_offered');
        end if;
      end if;

      update schnittwerk_core.waitlist w
      set
        staff_id = v_entry.staff_id,
        preferred_start_date = v_entry.preferred_start_date,
        preferred_end_date = v_entry.preferred_end_date,
        preferred_times = v_entry.preferred_times,
        preferred_days = v_entry.preferred_days,
        priority = v_entry.priority,
        notes = v_entry.notes
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id
      returning w.* into v_entry;
      v_caller.answer := schnittwerk_core.success(
        'waitlist_entry', schnittwerk_core.waitlist_json(v_entry));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.update_waitlist_entry(text, uuid, jsonb, uuid) is
  'Engine of schnittwerk.update_waitlist_entry.';

revoke execute on function schnittwerk_core.update_waitlist_entry from public;
grant execute on function schnittwerk_core.update_waitlist_entry
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.update_waitlist_entry(
  p_idempotency_key text, p_entry_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.update_waitlist_entry(p_idempotency_key, p_entry_id, p_changes, p_salon_id);

comment on function schnittwerk.update_waitlist_entry(text, uuid, jsonb, uuid) is
  'Changes a waitlist entry that still waits. Answers {"waitlist_entry"}. An open offer stays. p_idempotency_key: as for create_booking. p_changes: an object with any of staff_id, preferred_start_date, preferred_end_date, preferred_times, preferred_days, priority (the salon team only) and notes, as for join_waitlist. What is absent stays, null clears. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, service_not_offered.';

revoke execute on function schnittwerk.update_waitlist_entry from public;
grant execute on function schnittwerk.update_waitlist_entry
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/waitlist/leave_waitlist.sql
create function schnittwerk_core.leave_waitlist(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'leave_waitlist', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_locked record;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_entry_id),
      schnittwerk_core.required_fault('p_entry_id', p_entry_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_entry := schnittwerk_core.require_entry(v_caller, p_entry_id);
      v_caller.customer_id := v_entry.customer_id;
      v_locked := schnittwerk_core.lock_entry(v_entry);
      v_entry := v_locked.entry;
      if not schnittwerk_core.may_become('waitlist_entry', v_entry.status, 'cancelled') then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The waitlist entry is ' || v_entry.status);
      end if;

      update schnittwerk_core.waitlist w
      set status = 'cancelled'
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
      -- An offer that has expired or was made in the meantime ends, too. process_waitlist then
      -- offers its slot to the next.
      perform schnittwerk_core.end_offer(o, 'withdrawn', 'cancelled')
      from schnittwerk_core.waitlist_offer o
      where o.salon_id = v_entry.salon_id and o.entry_id = v_entry.id and o.status = 'open';
      if (v_locked.offer).id is not null then
        perform schnittwerk_core.offer_freed_time(
          v_entry.salon_id, array[(v_locked.offer).staff_id]);
      end if;
      select w.* into v_entry
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
      v_caller.answer := schnittwerk_core.success(
        'waitlist_entry', schnittwerk_core.waitlist_json(v_entry));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.leave_waitlist(text, uuid, uuid) is
  'Engine of schnittwerk.leave_waitlist.';

revoke execute on function schnittwerk_core.leave_waitlist from public;
grant execute on function schnittwerk_core.leave_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.leave_waitlist(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.leave_waitlist(p_idempotency_key, p_entry_id, p_salon_id);

comment on function schnittwerk.leave_waitlist(text, uuid, uuid) is
  'Takes an entry off the waitlist and offers its slot, if one is held for it, to the next. Answers {"waitlist_entry"}. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.leave_waitlist from public;
grant execute on function schnittwerk.leave_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/waitlist/accept_waitlist_offer.sql
create function schnittwerk_core.accept_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'accept_waitlist_offer', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_offer schnittwerk_core.waitlist_offer;
  v_locked record;
  v_limit text;
  v_verdict schnittwerk_core.verdict;
  v_appointment schnittwerk_core.appointments;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_entry_id),
      schnittwerk_core.required_fault('p_entry_id', p_entry_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_entry := schnittwerk_core.require_entry(v_caller, p_entry_id);
      v_offer := schnittwerk_core.open_offer(v_entry.salon_id, v_entry.id);
      v_caller.customer_id := v_entry.customer_id;
      v_caller.starts_at := v_offer.starts_at;
      -- Locks the customer before the resources, as in create_booking.
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_entry.customer_id, v_offer.starts_at, false, array[v_entry.id]);
      v_locked := schnittwerk_core.lock_entry(v_entry);
      if (v_locked.offer).id is null or (v_locked.offer).id is distinct from v_offer.id then
        perform schnittwerk_core.refuse('offer_expired');
      elsif v_limit is not null then
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;

      v_entry := v_locked.entry;
      v_verdict := schnittwerk_core.settle_start(
        v_entry.salon_id, v_entry.service_id, array[v_offer.staff_id], v_offer.starts_at, false,
        p_exclude_claim_ids => array[v_entry.id], p_customer_id => v_entry.customer_id);
      v_verdict.price := v_offer.price;
      v_verdict.price_details := v_offer.price_details;
      -- The promotion that made the offered price, whether or not it still applies.
      v_verdict.promotion_id := (jsonb_path_query_first(
        v_offer.price_details, '$.rules[*] ? (@.kind == "promotion").id') #>> '{}')::uuid;
      -- The trigger end_booked_entry ends the entry, its offer and the hold on the time.
      v_appointment := schnittwerk_core.insert_appointment(
        v_caller, v_verdict, v_entry.customer_id, v_entry.service_id, v_entry.notes);
      v_caller.appointment_id := v_appointment.id;
      select w.* into v_entry
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment), 201)
        || jsonb_build_object('waitlist_entry', schnittwerk_core.waitlist_json(v_entry));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.accept_waitlist_offer(text, uuid, uuid) is
  'Engine of schnittwerk.accept_waitlist_offer.';

revoke execute on function schnittwerk_core.accept_waitlist_offer from public;
grant execute on function schnittwerk_core.accept_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.accept_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.accept_waitlist_offer(p_idempotency_key, p_entry_id, p_salon_id);

comment on function schnittwerk.accept_waitlist_offer(text, uuid, uuid) is
  'Books the slot that is held for a waitlist entry, at the price at which it was offered. Answers {"appointment", "waitlist_entry"}. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, offer_expired, and the rules of create_booking if they have changed since the offer.';

revoke execute on function schnittwerk.accept_waitlist_offer from public;
grant execute on function schnittwerk.accept_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/waitlist/decline_waitlist_offer.sql
create function schnittwerk_core.decline_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'decline_waitlist_offer', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_locked record;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_entry_id),
      schnittwerk_core.required_fault('p_entry_id', p_entry_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_entry := schnittwerk_core.require_entry(v_caller, p_entry_id);
      v_caller.customer_id := v_entry.customer_id;
      v_locked := schnittwerk_core.lock_entry(v_entry);
      if (v_locked.offer).id is null then
        perform schnittwerk_core.refuse('offer_expired');
      end if;

      perform schnittwerk_core.end_offer(v_locked.offer, 'declined', 'active');
      perform schnittwerk_core.offer_freed_time(
        v_entry.salon_id, array[(v_locked.offer).staff_id]);
      select w.* into v_entry
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
      v_caller.answer := schnittwerk_core.success(
        'waitlist_entry', schnittwerk_core.waitlist_json(v_entry));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.decline_waitlist_offer(text, uuid, uuid) is
  'Engine of schnittwerk.decline_waitlist_offer.';

revoke execute on function schnittwerk_core.decline_waitlist_offer from public;
grant execute on function schnittwerk_core.decline_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.decline_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.decline_waitlist_offer(p_idempotency_key, p_entry_id, p_salon_id);

comment on function schnittwerk.decline_waitlist_offer(text, uuid, uuid) is
  'Declines the slot that is held for a waitlist entry, and offers it to the next. Answers {"waitlist_entry"}: it stays active, and this slot is never offered to it again. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, offer_expired.';

revoke execute on function schnittwerk.decline_waitlist_offer from public;
grant execute on function schnittwerk.decline_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/waitlist/list_waitlist.sql
create function schnittwerk_core.list_waitlist(
  p_status text, p_service_id uuid, p_from date, p_to date, p_salon_id uuid
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  service_id uuid,
  service_name text,
  staff_id uuid,
  preferred_start_date date,
  preferred_end_date date,
  preferred_times text[],
  preferred_days int[],
  priority int,
  status text,
  notes text,
  created_at timestamptz,
  offered_staff_id uuid,
  offered_starts_at timestamptz,
  offered_ends_at timestamptz,
  offered_price numeric,
  offer_expires_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_today constant date := schnittwerk_core.local_today(v_caller.salon_id);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_status',
      coalesce(
        p_status not in ('active', 'notified', 'booked', 'cancelled', 'expired'), false),
      'unknown_status', 'p_status must be active, notified, booked, cancelled or expired'),
    schnittwerk_core.date_fault('p_from', p_from, false),
    coalesce(
      schnittwerk_core.date_fault('p_to', p_to, false),
      schnittwerk_core.fault(
        'p_to', coalesce(p_to < p_from, false), 'out_of_range', 'p_to must be p_from or later'))
  );
  if p_service_id is not null and not exists (
    select from schnittwerk_core.services v
    where v.salon_id = v_caller.salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service');
  end if;

  return query
  select
    w.id, w.customer_id, c.full_name, w.service_id, v.name, w.staff_id,
    w.preferred_start_date, w.preferred_end_date,
    (
      select array_agg(schnittwerk_core.time_text(t.time) order by t.time)
      from unnest(w.preferred_times) t (time)
    ),
    w.preferred_days, w.priority, s.status, w.notes, w.created_at,
    o.staff_id, o.starts_at, o.ends_at, o.price, o.expires_at
  from schnittwerk_core.waitlist w
  join schnittwerk_core.customers c on c.salon_id = w.salon_id and c.id = w.customer_id
  join schnittwerk_core.services v on v.salon_id = w.salon_id and v.id = w.service_id
  left join schnittwerk_core.waitlist_offer o
    on o.salon_id = w.salon_id and o.entry_id = w.id
    and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
  cross join lateral (
    -- The status that process_waitlist will write.
    select case
      when w.status in ('active', 'notified') and o.id is null
        then case when w.preferred_end_date < v_today then 'expired' else 'active' end
      else w.status
    end as status
  ) s
  where w.salon_id = v_caller.salon_id
    and (v_is_of_salon or c.profile_id = v_caller.user_id)
    and (p_status is null or s.status = p_status)
    and (p_service_id is null or w.service_id = p_service_id)
    and (p_from is null or w.preferred_end_date >= p_from)
    and (p_to is null or w.preferred_start_date <= p_to)
  order by w.priority desc, w.created_at, w.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault(
    'p_to', v_count, 'give one p_status or p_service_id, or a shorter p_from to p_to'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_waitlist', v_count);
end
$$;

comment on function schnittwerk_core.list_waitlist(text, uuid, date, date, uuid) is
  'Engine of schnittwerk.list_waitlist.';

revoke execute on function schnittwerk_core.list_waitlist from public;
grant execute on function schnittwerk_core.list_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_waitlist(
  p_status text default null,
  p_service_id uuid default null,
  p_from date default null,
  p_to date default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  service_id uuid,
  service_name text,
  staff_id uuid,
  preferred_start_date date,
  preferred_end_date date,
  preferred_times text[],
  preferred_days int[],
  priority int,
  status text,
  notes text,
  created_at timestamptz,
  offered_staff_id uuid,
  offered_starts_at timestamptz,
  offered_ends_at timestamptz,
  offered_price numeric,
  offer_expires_at timestamptz
)
language sql
stable
begin atomic
  select * from schnittwerk_core.list_waitlist(p_status, p_service_id, p_from, p_to, p_salon_id);
end;

comment on function schnittwerk.list_waitlist(text, uuid, date, date, uuid) is
  'The waitlist, best first: by priority, then the oldest. The offered_ columns show the open offer, which is held until offer_expires_at. Customers see their own entries. p_status: active, notified (an offer is open), booked, cancelled or expired; null means all. p_service_id: null means all. p_from, p_to: entries that want any local date between these; null means no limit. More than 100000 rows are invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_waitlist from public;
grant execute on function schnittwerk.list_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/waitlist/process_waitlist.sql
create function schnittwerk_core.process_waitlist(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'process_waitlist', p_salon_id, '{}');
  v_today constant date := schnittwerk_core.local_today(v_caller.salon_id);
  v_staff_id uuid;
  v_lapsed_holds int := 0;
  v_expired_offers int := 0;
  v_expired_entries int;
  v_new_offers int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      delete from schnittwerk_core.freed_time f
      where f.salon_id = v_caller.salon_id and upper(f.during) <= schnittwerk_core.clock();
      select lapsed.staff_id into v_staff_id
      from (
        select o.staff_id, o.expires_at
        from schnittwerk_core.waitlist_offer o
        where o.salon_id = v_caller.salon_id
          and o.status = 'open' and o.expires_at <= schnittwerk_core.clock()
        union all
        select h.staff_id, h.expires_at
        from schnittwerk_core.hold h
        where h.salon_id = v_caller.salon_id
          and h.status = 'open' and h.expires_at <= schnittwerk_core.clock()
      ) lapsed
      order by lapsed.expires_at
      limit 1;
      if found then
        perform schnittwerk_core.lock_resources(v_caller.salon_id, array[v_staff_id]);
        v_lapsed_holds := schnittwerk_core.end_lapsed_holds(v_caller.salon_id);
        v_expired_offers := schnittwerk_core.end_lapsed_offers(v_caller.salon_id);
        v_new_offers := schnittwerk_core.offer_freed_time(v_caller.salon_id, array[v_staff_id]);
      else
        v_new_offers := schnittwerk_core.offer_freed_time(
          v_caller.salon_id,
          array(
            select distinct f.staff_id
            from schnittwerk_core.freed_time f
            where f.salon_id = v_caller.salon_id
          ),
          p_are_locked => false
        );
      end if;
      -- Last, because resources are locked before entries.
      update schnittwerk_core.waitlist w
      set status = 'expired'
      where w.salon_id = v_caller.salon_id and w.id in (
        select p.id
        from schnittwerk_core.waitlist p
        where p.salon_id = v_caller.salon_id and p.status = 'active'
          and p.preferred_end_date < v_today
        for no key update skip locked
      );
      get diagnostics v_expired_entries = row_count;
      v_caller.answer := schnittwerk_core.success('waitlist', jsonb_build_object(
        'lapsed_holds', v_lapsed_holds,
        'expired_offers', v_expired_offers,
        'expired_entries', v_expired_entries,
        'new_offers', v_new_offers
      ));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.process_waitlist(uuid) is
  'Engine of schnittwerk.process_waitlist.';

revoke execute on function schnittwerk_core.process_waitlist from public;
grant execute on function schnittwerk_core.process_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.process_waitlist(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.process_waitlist(p_salon_id);

comment on function schnittwerk.process_waitlist(uuid) is
  'Ends lapsed holds and expired offers and entries. Offers freed time that has come within waitlist_notification_hours, or that nobody took. Answers {"waitlist": {"lapsed_holds", "expired_offers", "expired_entries", "new_offers"}}. A call locks and offers the time of one member of staff, at most 10 slots. Repeat it, each call in its own transaction, until all are 0. Call it every minute or so: without it everything stays correct, but offers are late. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.process_waitlist from public;
grant execute on function schnittwerk.process_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/insight/booking_metrics.sql
create function schnittwerk_core.booking_metrics(
  p_from timestamptz, p_to timestamptz, p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_durations jsonb;
  v_totals record;
  v_codes record;
  v_holds jsonb;
  v_fees jsonb;
  v_prices jsonb;
  v_waitlist jsonb;
  v_slots record;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.instant_range_faults(p_from, p_to, 400));

  select
    coalesce(sum(t.completed) filter (where t.operation_type in ('create', 'create_visit')), 0)
      as succeeded,
    coalesce(sum(t.completed + t.failed + t.refused)
      filter (where t.operation_type in ('create', 'create_visit')), 0) as attempts,
    coalesce(sum(t.replayed), 0) as key_replays,
    coalesce(jsonb_object_agg(t.operation_type, jsonb_build_object(
      'completed', t.completed, 'failed', t.failed, 'refused', t.refused
    )), '{}') as operations
  into v_totals
  from (
    select
      w.operation_type,
      count(*) filter (where w.outcome = 'completed') as completed,
      count(*) filter (where w.outcome = 'failed') as failed,
      count(*) filter (where w.outcome = 'refused') as refused,
      sum(w.replay_count) as replayed
    from (
      select o.operation_type, o.status as outcome, o.replay_count
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_caller.salon_id and o.created_at >= p_from and o.created_at < p_to
      union all
      select r.operation_type, 'refused', 0
      from schnittwerk_core.refusal r
      where r.salon_id = v_caller.salon_id and r.created_at >= p_from and r.created_at < p_to
        -- The first attempt of the same request counts.
        and r.code not in ('idempotency_key_reused', 'request_in_flight')
    ) w
    group by w.operation_type
  ) t;

  select
    coalesce(jsonb_object_agg(c.code, c.n), '{}') as refusals,
    coalesce(jsonb_agg(
      jsonb_build_object('code', c.code, 'count', c.n) order by c.n desc, e.rank
    ) filter (where e.is_rule and c.code <> 'slot_conflict'), '[]') as violations
  into v_codes
  from (
    select w.code, count(*) as n
    from (
      select o.code
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_caller.salon_id and o.created_at >= p_from and o.created_at < p_to
        and o.status = 'failed'
      union all
      select r.code
      from schnittwerk_core.refusal r
      where r.salon_id = v_caller.salon_id and r.created_at >= p_from and r.created_at < p_to
    ) w
    group by w.code
  ) c
  join schnittwerk_core.error_code e on e.code = c.code;

  select jsonb_build_object(
    'average', round(avg(d.ms)::numeric, 1),
    'p50', round((percentile_cont(0.5) within group (order by d.ms))::numeric, 1),
    'p95', round((percentile_cont(0.95) within group (order by d.ms))::numeric, 1),
    'p99', round((percentile_cont(0.99) within group (order by d.ms))::numeric, 1)
  ) into v_durations
  from (
    select 1000 * extract(epoch from o.updated_at - o.created_at)::float8 as ms
    from schnittwerk_core.booking_operations o
    where o.salon_id = v_caller.salon_id and o.created_at >= p_from and o.created_at < p_to
  ) d;

  select jsonb_build_object(
    'joined', (
      select count(*) from schnittwerk_core.waitlist w
      where w.salon_id = v_caller.salon_id and w.created_at >= p_from and w.created_at < p_to
    ),
    'ended', count(*),
    'booked', count(*) filter (where w.status = 'booked'),
    'offers', (
      select jsonb_build_object(
        'made', count(*),
        'accepted', count(*) filter (where f.status = 'accepted'),
        'declined', count(*) filter (where f.status = 'declined'),
        'expired', count(*) filter (where f.status = 'expired'
          or f.status = 'open' and f.expires_at <= schnittwerk_core.clock())
      )
      from schnittwerk_core.waitlist_offer f
      where f.salon_id = v_caller.salon_id and f.created_at >= p_from and f.created_at < p_to
    )
  ) into v_waitlist
  from schnittwerk_core.waitlist w
  where w.salon_id = v_caller.salon_id
    and w.status in ('booked', 'cancelled', 'expired')
    and w.updated_at >= p_from and w.updated_at < p_to;

  select jsonb_build_object(
    'made', count(*),
    'used', count(*) filter (where h.status = 'used'),
    'released', count(*) filter (where h.status = 'released'),
    'lapsed', count(*) filter (where h.status = 'lapsed'
      or h.status = 'open' and h.expires_at <= schnittwerk_core.clock())
  ) into v_holds
  from schnittwerk_core.hold h
  where h.salon_id = v_caller.salon_id and h.created_at >= p_from and h.created_at < p_to;

  select jsonb_object_agg(t.status, jsonb_build_object('count', t.n, 'amount', t.amount))
  into v_fees
  from (
    select s.status, count(f.amount) as n, coalesce(sum(f.amount), 0.00) as amount
    from unnest(array['owed', 'waived', 'withdrawn']) s (status)
    left join schnittwerk_core.fee f
      on f.salon_id = v_caller.salon_id and f.status = s.status
      and f.created_at >= p_from and f.created_at < p_to
    group by s.status
  ) t;

  with booked as materialized (
    select a.id, a.created_at, a.price, a.price_details
    from schnittwerk_core.appointments a
    where a.salon_id = v_caller.salon_id and schnittwerk_core.is_live(a.status)
      and a.created_at >= p_from and a.created_at < p_to
  )
  select jsonb_build_object(
    'bookings', count(*),
    'revenue', coalesce(sum(b.price), 0.00),
    'rules', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'name', r.name, 'kind', r.kind,
        'bookings', r.bookings, 'amount', trim_scale(r.amount)
      ) order by r.amount desc, r.name, r.id), '[]')
      from (
        select
          r.id, r.kind, count(*) as bookings, sum(r.amount) as amount,
          -- A rule may have been renamed since.
          (array_agg(r.name order by d.created_at desc, d.id desc))[1] as name
        from booked d
        cross join lateral jsonb_to_recordset(d.price_details -> 'rules')
          r (id uuid, name text, kind text, amount numeric)
        group by r.id, r.kind
      ) r
    )
  ) into v_prices
  from booked b;

  select
    round((sum(f.total_time) / nullif(sum(f.calls), 0))::numeric, 1) as average_ms,
    case
      when current_setting('track_functions') = 'none' then
        'not measured: the server''s track_functions is none, set it to pl'
      when coalesce(sum(f.calls), 0) = 0 then 'no slots were listed since the statistics began'
    end as reason
  into v_slots
  from pg_catalog.pg_stat_user_functions f
  where f.schemaname = 'schnittwerk_core' and f.funcname = 'find_slots';

  return jsonb_build_object(
    'measured_from', schnittwerk_core.utc_text(p_from),
    'measured_to', schnittwerk_core.utc_text(p_to),
    'attempts', v_totals.attempts,
    'succeeded', v_totals.succeeded,
    'success_rate', round(v_totals.succeeded / nullif(v_totals.attempts, 0), 4),
    'operations', v_totals.operations,
    'refusals', v_codes.refusals,
    'policy_violations', v_codes.violations,
    'conflicts', coalesce((v_codes.refusals ->> 'slot_conflict')::int, 0),
    'key_replays', v_totals.key_replays,
    'keys_in_flight', coalesce((v_codes.refusals ->> 'request_in_flight')::int, 0),
    'keys_reused', coalesce((v_codes.refusals ->> 'idempotency_key_reused')::int, 0),
    'duration_ms', v_durations,
    'slot_generation', jsonb_build_object(
      'average_ms', case when current_setting('track_functions') <> 'none'
        then v_slots.average_ms end,
      'reason', v_slots.reason
    ),
    'holds', v_holds,
    'fees', v_fees,
    'prices', v_prices,
    'waitlist', v_waitlist,
    'waitlist_conversion_rate', round(
      (v_waitlist ->> 'booked')::numeric / nullif((v_waitlist ->> 'ended')::int, 0), 4)
  );
end
$$;

comment on function schnittwerk_core.booking_metrics(timestamptz, timestamptz, uuid) is
  'Engine of schnittwerk.booking_metrics.';

revoke execute on function schnittwerk_core.booking_metrics from public;
grant execute on function schnittwerk_core.booking_metrics
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.booking_metrics(
  p_from timestamptz, p_to timestamptz, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.booking_metrics(p_from, p_to, p_salon_id);

comment on function schnittwerk.booking_metrics(timestamptz, timestamptz, uuid) is
  'Counts what happened in the salon in [p_from, p_to). The sources are booking_operations (writes with a key, by created_at), the refusal log (writes refused before they were stored), appointments, fees, holds and the waitlist. For the salon team. attempts, succeeded, success_rate: booking attempts (create, and create_visit, where a visit is one), successes, and their share from 0 to 1. A retry with the same key is not another attempt. operations: for each type completed, failed (refused by a rule) and refused (before that). refusals: their number by code, over all writes. policy_violations: [{"code", "count"}] of the rules except slot_conflict, most common first. conflicts: refusals with slot_conflict. key_replays: retries that got the stored answer; they count with the first call. keys_in_flight: calls that came while the first with their key was running. keys_reused: calls with other arguments than the first with their key. duration_ms: average, p50, p95 and p99 of writes with a key, from claiming the key to the answer; null if there were none. slot_generation: average_ms of find_slots over the whole database since its statistics began; null, with the reason, if the server''s track_functions is none. holds: holds made in that time, by outcome. fees: fees recorded in that time that are now owed, waived and withdrawn, each {"count", "amount"} in the salon''s currency. prices: {"bookings", "revenue", "rules": [{"id", "name", "kind", "bookings", "amount"}]} of the appointments made in that time that are live (neither cancelled nor a no-show). revenue is the sum of their agreed prices. For each price rule, bookings is how many it applied to, and amount what it added in all, before limits and rounding, greatest first. waitlist: entries that joined, that ended and, of those, that were booked, and the offers made in that time, by outcome. waitlist_conversion_rate: booked / ended, of the entries that ended in that time (booked, cancelled, expired). Rates are null if the divisor is 0. Rows that purge_operations and maintain have deleted do not count. p_from, p_to: at most 400 days apart. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.booking_metrics from public;
grant execute on function schnittwerk.booking_metrics
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/insight/list_day.sql
create function schnittwerk_core.list_day(p_date date, p_staff_id uuid, p_salon_id uuid)
returns table (
  staff_id uuid,
  staff_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  kind text,
  label text,
  appointment_id uuid,
  customer_name text,
  service_name text,
  status text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_offsets schnittwerk_core.zone_offset[];
  v_day tstzmultirange;
  v_staff_ids uuid[];
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.date_fault('p_date', p_date));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  v_offsets := (
    select schnittwerk_core.zone_offsets(s.time_zone, p_date, p_date)
    from schnittwerk_core.salon s
    where s.id = v_caller.salon_id
  );
  v_day := (
    select range_agg(schnittwerk_core.local_range(p_date, p_date + 1, z))
    from unnest(v_offsets) z
  );
  v_staff_ids := array(
    select m.id
    from schnittwerk_core.staff m
    where m.salon_id = v_caller.salon_id and (p_staff_id is null or m.id = p_staff_id)
  );

  return query
  with part as materialized (
    select
      s.staff_id, s.precedence, s.kind, s.label, null::uuid as appointment_id,
      null::uuid as customer_id, null::uuid as service_id, null as status, u.during
    from schnittwerk_core.calendar_stretches(
      v_caller.salon_id, p_date, v_offsets, schnittwerk_core.open_time_between(
        v_caller.salon_id, v_staff_ids, p_date, p_date, v_offsets)) s
    cross join lateral unnest(v_day * tstzmultirange(s.during)) u (during)
    union all
    select
      s.staff_id, s.precedence, s.kind, null, s.appointment_id, s.customer_id, s.service_id,
      s.status, u.during
    from schnittwerk_core.claimed_stretches(
      v_caller.salon_id, v_staff_ids, lower(v_day), upper(v_day)) s
    cross join lateral unnest(v_day * tstzmultirange(s.during)) u (during)
  ),
  edge as (
    select p.staff_id, lower(p.during) as instant from part p
    union
    select p.staff_id, upper(p.during) from part p
  ),
  cell as (
    select
      e.staff_id, e.instant as since,
      lead(e.instant) over (partition by e.staff_id order by e.instant) as until
    from edge e
  ),
  tile as (
    select distinct on (c.staff_id, c.since)
      c.staff_id, c.since, c.until, p.kind, p.label, p.appointment_id, p.customer_id,
      p.service_id, p.status
    from cell c
    join part p on p.staff_id = c.staff_id and p.during @> tstzrange(c.since, c.until)
    where c.until is not null
    -- of two gaps the one of the appointment that began last
    order by c.staff_id, c.since, p.precedence, lower(p.during) desc, p.label, p.appointment_id
  ),
  begun as (
    select
      t.*,
      (t.since, t.kind, t.label, t.appointment_id, t.customer_id, t.service_id)
        is distinct from lag(
          (t.until, t.kind, t.label, t.appointment_id, t.customer_id, t.service_id)
        ) over (partition by t.staff_id order by t.since) as begins
    from tile t
  ),
  numbered as (
    select
      b.*, count(*) filter (where b.begins) over (partition by b.staff_id order by b.since) as n
    from begun b
  ),
  stretch as (
    select
      n.staff_id, min(n.since) as since, max(n.until) as until, n.kind, n.label,
      n.appointment_id, n.customer_id, n.service_id, n.status
    from numbered n
    group by
      n.staff_id, n.n, n.kind, n.label, n.appointment_id, n.customer_id, n.service_id, n.status
  )
  select
    m.id, m.full_name, s.since, s.until, s.kind, s.label, s.appointment_id, c.full_name, v.name,
    s.status
  from stretch s
  join schnittwerk_core.staff m on m.salon_id = v_caller.salon_id and m.id = s.staff_id
  left join schnittwerk_core.customers c
    on c.salon_id = v_caller.salon_id and c.id = s.customer_id
  left join schnittwerk_core.services v
    on v.salon_id = v_caller.salon_id and v.id = s.service_id
  where m.is_active or exists (
    select from stretch o where o.staff_id = m.id and o.appointment_id is not null
  )
  order by schnittwerk_core.sort_key(m.full_name), m.full_name, m.id, s.since
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.rows_fault('p_staff_id', v_count, 'name one member of staff'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_day', v_count);
end
$$;

comment on function schnittwerk_core.list_day(date, uuid, uuid) is 'Engine of schnittwerk.list_day.';

revoke execute on function schnittwerk_core.list_day from public;
grant execute on function schnittwerk_core.list_day
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_day(
  p_date date, p_staff_id uuid default null, p_salon_id uuid default null
)
returns table (
  staff_id uuid,
  staff_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  kind text,
  label text,
  appointment_id uuid,
  customer_name text,
  service_name text,
  status text
)
language sql
stable
begin atomic
  select
    r.staff_id, r.staff_name, r.starts_at, r.ends_at, r.kind, r.label, r.appointment_id,
    r.customer_name, r.service_name, r.status
  from schnittwerk_core.list_day(p_date, p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.list_day(date, uuid, uuid) is
  'The salon''s local day as stretches of the time of each member of staff (p_staff_id null = all), by name and start: they cover the day from 00:00 to 24:00 without holes or overlaps. Lists active staff, and inactive ones with an appointment that day. kind: booked (the steps of a pending, confirmed or completed appointment that need them), held (an open hold or waitlist offer), buffer, gap (a step of an appointment without them, free for another one); else holiday (label: its name), off (approved time off, label: its type; or, without a label, not at work while the salon is open), closed, break (between two open stretches of theirs, where it is neither a holiday nor time off), open (open time that nothing claims, past or to come; notice and horizon do not count). appointment_id and status: of booked, gap and an appointment''s buffer; customer_name (null where a hold has none) and service_name: of those and of held. For the salon team. At most 100000 rows, else invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_day from public;
grant execute on function schnittwerk.list_day
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/insight/utilisation.sql
create function schnittwerk_core.utilisation(
  p_from date, p_to date, p_by text, p_staff_id uuid, p_salon_id uuid
)
returns table (
  bucket text, staff_id uuid, open_minutes int, booked_minutes int, ratio numeric
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
-- Half of the stages are empty, which half depends on p_by.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_by_hour constant boolean := p_by in ('hour', 'weekday_hour');
  v_unit constant interval := case when v_by_hour then interval '1 hour' else interval '1 day' end;
  v_time_zone text;
  v_offsets schnittwerk_core.zone_offset[];
  v_during tstzmultirange;
begin
  perform schnittwerk_core.require_valid(variadic
    schnittwerk_core.date_range_faults(p_from, p_to, 366) || schnittwerk_core.fault(
      'p_by',
      (p_by in ('day', 'week', 'weekday', 'hour', 'weekday_hour', 'staff')) is not true,
      'unknown_grouping', 'p_by must be day, week, weekday, hour, weekday_hour or staff'));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  select s.time_zone, schnittwerk_core.zone_offsets(s.time_zone, p_from, p_to)
  into v_time_zone, v_offsets
  from schnittwerk_core.salon s
  where s.id = v_caller.salon_id;
  v_during := (
    select range_agg(schnittwerk_core.local_range(p_from, p_to + 1, z))
    from unnest(v_offsets) z
  );

  return query
  with team as materialized (
    select m.id, m.full_name, m.is_active
    from schnittwerk_core.staff m
    where m.salon_id = v_caller.salon_id and (p_staff_id is null or m.id = p_staff_id)
  ),
  -- What is open, and by hour what is booked, as what the clocks show.
  during as (
    select m.id as staff_id, true as is_open, u.during
    from unnest(schnittwerk_core.open_time_between(
      v_caller.salon_id, array(select t.id from team t where t.is_active), p_from, p_to, v_offsets
    )) o
    join team m on m.id = o.staff_id
    cross join lateral unnest((o.opening - o.closed) * o.working) u (during)
    union all
    select a.staff_id, false, tstzrange(a.starts_at, a.ends_at)
    from schnittwerk_core.appointments a
    join team m on m.id = a.staff_id
    where v_by_hour and a.salon_id = v_caller.salon_id
      and a.starts_at >= lower(v_during) and a.starts_at < upper(v_during)
      and schnittwerk_core.is_live(a.status) and a.steps is null
    union all
    select a.staff_id, false, tstzrange(a.starts_at + c.claim_from, a.starts_at + c.claim_until)
    from schnittwerk_core.appointments a
    join team m on m.id = a.staff_id
    cross join lateral schnittwerk_core.staff_claims(a.steps, a.ends_at - a.starts_at, 0, 0) c
    where v_by_hour and a.salon_id = v_caller.salon_id
      and a.starts_at >= lower(v_during) and a.starts_at < upper(v_during)
      and schnittwerk_core.is_live(a.status) and a.steps is not null
  ),
  clock_time as (
    select
      d.staff_id, d.is_open,
      lower(d.during * z.during) at time zone 'UTC' + z.utc_offset as since,
      upper(d.during * z.during) at time zone 'UTC' + z.utc_offset as until
    from during d
    join unnest(v_offsets) z on z.during && d.during
  ),
  part as (
    select
      c.staff_id, b.began_at, c.is_open,
      least(c.until, b.began_at + v_unit) - greatest(c.since, b.began_at) as time
    from clock_time c
    cross join lateral generate_series(
      date_trunc(case when v_by_hour then 'hour' else 'day' end, c.since),
      c.until - interval '1 microsecond', v_unit
    ) b (began_at)
    union all
    -- the same as day_loads
    select
      a.staff_id, (a.starts_at at time zone v_time_zone)::date::timestamp, false,
      sum(schnittwerk_core.staffed_time(a.starts_at, a.ends_at, a.steps))
    from schnittwerk_core.appointments a
    join team m on m.id = a.staff_id
    where not v_by_hour and a.salon_id = v_caller.salon_id
      and a.starts_at >= lower(v_during) and a.starts_at < upper(v_during)
      and schnittwerk_core.is_live(a.status)
    group by 1, 2
    union all
    select null, p_from + d.n, true, '0'
    from generate_series(0, p_to - p_from) d (n)
    where p_by in ('day', 'week', 'weekday')
    union all
    select m.id, null, true, '0' from team m where p_by = 'staff' and m.is_active
  ),
  named as (
    select
      case p_by
        when 'day' then to_char(p.began_at, 'YYYY-MM-DD')
        when 'week' then to_char(p.began_at, 'IYYY-"W"IW')
        when 'weekday' then extract(dow from p.began_at)::text
        when 'hour' then to_char(p.began_at, 'HH24')
        when 'weekday_hour' then concat(extract(dow from p.began_at), to_char(p.began_at, ' HH24'))
      end as name,
      case when p_by = 'staff' then p.staff_id end as staff_id, p.is_open, p.time
    from part p
  ),
  total as (
    select
      n.name, n.staff_id,
      coalesce(extract(epoch from sum(n.time) filter (where n.is_open)) / 60, 0)::int as open,
      coalesce(extract(epoch from sum(n.time) filter (where not n.is_open)) / 60, 0)::int as booked
    from named n
    group by n.name, n.staff_id
  )
  select
    coalesce(m.full_name, t.name), t.staff_id, t.open, t.booked,
    round(t.booked::numeric / nullif(t.open, 0), 4)
  from total t
  left join team m on m.id = t.staff_id
  order by
    schnittwerk_core.sort_key(coalesce(m.full_name, t.name)), coalesce(m.full_name, t.name),
    t.staff_id;
end
$$;

comment on function schnittwerk_core.utilisation(date, date, text, uuid, uuid) is
  'Engine of schnittwerk.utilisation.';

revoke execute on function schnittwerk_core.utilisation from public;
grant execute on function schnittwerk_core.utilisation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.utilisation(
  p_from date,
  p_to date,
  p_by text default 'day',
  p_staff_id uuid default null,
  p_salon_id uuid default null
)
returns table (
  bucket text, staff_id uuid, open_minutes int, booked_minutes int, ratio numeric
)
language sql
stable
begin atomic
  select r.bucket, r.staff_id, r.open_minutes, r.booked_minutes, r.ratio
  from schnittwerk_core.utilisation(p_from, p_to, p_by, p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.utilisation(date, date, text, uuid, uuid) is
  'How much of the open time of the salon''s staff, or of p_staff_id, is booked on the local dates from p_from to p_to, at most 366 days: one row a bucket, in order. p_by: day (2026-12-01), week (2026-W49), weekday (0 = Sunday to 6), hour (09, local), weekday_hour (1 09), staff (their name; only then staff_id is set). open_minutes: opening hours minus closures, within the hours that active staff work, as they stand now. booked_minutes: what pending, confirmed and completed appointments that start on these dates need of their staff, in open time or outside it, without gaps and buffers; an appointment counts on the day on which it starts, as in price rules by demand (booked_percent), and by hour each minute in its hour. ratio: booked / open, to four decimals, null where nothing is open; above 1 where more is booked than is open. By day, week and weekday every bucket of the dates has a row, by staff every active member; else only what is open or booked. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.utilisation from public;
grant execute on function schnittwerk.utilisation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/upkeep/purge_operations.sql
create function schnittwerk_core.purge_operations(
  p_older_than_days int, p_is_dry_run boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'purge_operations', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      -- Callers can rely on their keys for 30 days.
      schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 30, 3650),
      schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.answer := schnittwerk_core.success('purged',
        schnittwerk_core.delete_operations(v_caller.salon_id, p_older_than_days, p_is_dry_run));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.purge_operations(int, boolean, uuid) is
  'Engine of schnittwerk.purge_operations.';

revoke execute on function schnittwerk_core.purge_operations from public;
grant execute on function schnittwerk_core.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.purge_operations(
  p_older_than_days int default 30, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.purge_operations(p_older_than_days, p_is_dry_run, p_salon_id);

comment on function schnittwerk.purge_operations(int, boolean, uuid) is
  'Deletes the salon''s old operations (the idempotency keys with their answers) and refusals. Answers {"purged": {"operations", "refusals"}}, at most 10000 of each per call. Repeat until both are 0. For the service. p_older_than_days: 30 to 3650. p_is_dry_run: true deletes nothing and counts all. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_operations from public;
grant execute on function schnittwerk.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/upkeep/maintain.sql
create function schnittwerk_core.maintain(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'maintain', p_salon_id, '{}');
  v_days int; -- for which an idempotency key is kept
  v_policies jsonb;
  v_affected jsonb;
  v_partitions jsonb;
  v_claims bigint;
  v_holds bigint;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      v_affected := schnittwerk_core.keep_open_time(v_caller.salon_id);
      -- Before the deletions, which lock rows that bookings may wait for.
      v_partitions := schnittwerk_core.keep_partitions();
      -- Nobody can raise late_entry_hours until this transaction ends. If another transaction is
      -- raising it, this finds no row, the bound is null and all claims stay.
      select z.policies into v_policies
      from schnittwerk_core.salon_state z
      where z.salon_id = v_caller.salon_id
      for share skip locked;
      -- Skips rows that a booking has locked: it may be waiting for others of these.
      with old as materialized (
        select o.claim_id, o.resource_id, o.starts_at, o.expires_at is not null as is_hold
        from schnittwerk_core.occupancy o
        where o.salon_id = v_caller.salon_id and (
          o.expires_at <= schnittwerk_core.clock()
          or o.during << tstzrange(schnittwerk_core.claims_are_kept_from(v_policies), null)
        )
        limit 10000
        for update skip locked
      ), gone as (
        delete from schnittwerk_core.occupancy o
        using old
        where o.salon_id = v_caller.salon_id
          and o.claim_id = old.claim_id and o.resource_id = old.resource_id
          and o.starts_at = old.starts_at
        returning old.is_hold
      )
      select count(*) filter (where not g.is_hold), count(*) filter (where g.is_hold)
      into v_claims, v_holds
      from gone g;
      delete from schnittwerk_core.rate_usage u
      where u.salon_id = v_caller.salon_id and (u.user_id, u.kind) in (
        select old.user_id, old.kind
        from schnittwerk_core.rate_usage old
        where old.salon_id = v_caller.salon_id
          and cardinality(schnittwerk_core.recent_calls(old.calls)) = 0
        for update skip locked
      );
      v_days := (v_caller.policies ->> 'retention_operations_days')::int;
      v_caller.answer := schnittwerk_core.success('maintained',
        schnittwerk_core.delete_operations(v_caller.salon_id, v_days)
          || schnittwerk_core.delete_ended_holds(
            v_caller.salon_id, schnittwerk_core.clock() - make_interval(hours => 24 * v_days))
          || jsonb_build_object('claims', v_claims, 'holds', v_holds) || v_partitions)
        || v_affected;
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.maintain(uuid) is 'Engine of schnittwerk.maintain.';

revoke execute on function schnittwerk_core.maintain from public;
grant execute on function schnittwerk_core.maintain
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.maintain(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.maintain(p_salon_id);

comment on function schnittwerk.maintain(uuid) is
  'Does the salon''s upkeep. Call it once a day; without it everything stays correct, only tables grow. Answers {"maintained": {"operations", "refusals", "ended_holds", "ended_offers", "claims", "holds", "partitions_made", "partitions_dropped"}, "affected_appointments"}. It deletes operations and refusals older than retention_operations_days, and holds and waitlist offers that ended before then. It deletes claims on time that ended more than a day before the reach of late_entry_hours (the appointments stay), and the claims of expired holds. It deletes at most 10000 of each per call. For all salons it creates the partitions of the coming months of the journal, the deliveries and the refusals, and drops those that no salon needs. It computes the weeks of the calendar that have come within the horizon. If the server''s rules for the salon''s time zone have changed since the last call, it computes all weeks; affected_appointments are then the pending and confirmed ones that are no longer in open time. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.maintain from public;
grant execute on function schnittwerk.maintain
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/read_events.sql
create function schnittwerk_core.read_events(p_consumer text, p_limit int, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'read_events', p_salon_id, '{}');
  v_events jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.consumer_fault(p_consumer),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
    );
  end if;
  if v_caller.answer is null then
    begin
      select coalesce(jsonb_agg(schnittwerk_core.event_json(e) order by e.number), '[]') into v_events
      from schnittwerk_core.next_events(v_caller.salon_id, p_consumer, p_limit) e;
      v_caller.answer := schnittwerk_core.success('events', v_events);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.read_events(text, int, uuid) is
  'Engine of schnittwerk.read_events.';

revoke execute on function schnittwerk_core.read_events from public;
grant execute on function schnittwerk_core.read_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.read_events(
  p_consumer text, p_limit int default 100, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.read_events(p_consumer, p_limit, p_salon_id);

comment on function schnittwerk.read_events(text, int, uuid) is
  'Answers {"events"}: those that a consumer has not acknowledged yet, in order; an empty list at the end. The same events come again until acknowledge_events. An event is {"version", "id", "type", "occurred_at", "salon_id", "subject_id", "sequence", "correlation_id", "data"}. sequence rises with every event of a subject. data is the row after the change, without names, addresses and free text. For the service. p_consumer: a unique name of 1 to 100 printable characters; a new consumer begins with the oldest event kept. p_limit: 1 to 10000. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.read_events from public;
grant execute on function schnittwerk.read_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/acknowledge_events.sql
create function schnittwerk_core.acknowledge_events(
  p_consumer text, p_event_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'acknowledge_events', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.consumer_fault(p_consumer),
      schnittwerk_core.required_fault('p_event_id', p_event_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      if not exists (
        select from schnittwerk_core.event_consumer c
        where c.salon_id = v_caller.salon_id and c.name = p_consumer
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such consumer');
      elsif not exists (
        select from schnittwerk_core.events e
        where e.salon_id = v_caller.salon_id and e.id = p_event_id
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such event');
      end if;
      v_caller.answer := schnittwerk_core.success('is_acknowledged', to_jsonb(
        schnittwerk_core.pass_event(v_caller.salon_id, p_consumer, p_event_id)));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.acknowledge_events(text, uuid, uuid) is
  'Engine of schnittwerk.acknowledge_events.';

revoke execute on function schnittwerk_core.acknowledge_events from public;
grant execute on function schnittwerk_core.acknowledge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.acknowledge_events(
  p_consumer text, p_event_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.acknowledge_events(p_consumer, p_event_id, p_salon_id);

comment on function schnittwerk.acknowledge_events(text, uuid, uuid) is
  'Moves a consumer past an event that it has read, and past all before it. Answers {"is_acknowledged"}: false if the consumer has passed the event already or not read it yet. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.acknowledge_events from public;
grant execute on function schnittwerk.acknowledge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/forget_consumer.sql
create function schnittwerk_core.forget_consumer(p_consumer text, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'forget_consumer', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.consumer_fault(p_consumer)
    );
  end if;
  if v_caller.answer is null then
    begin
      delete from schnittwerk_core.event_consumer c
      where c.salon_id = v_caller.salon_id and c.name = p_consumer;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such consumer');
      end if;
      v_caller.answer := schnittwerk_core.success('consumer', to_jsonb(p_consumer));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.forget_consumer(text, uuid) is
  'Engine of schnittwerk.forget_consumer.';

revoke execute on function schnittwerk_core.forget_consumer from public;
grant execute on function schnittwerk_core.forget_consumer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.forget_consumer(p_consumer text, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.forget_consumer(p_consumer, p_salon_id);

comment on function schnittwerk.forget_consumer(text, uuid) is
  'Deletes the position of a consumer, so that no events are kept for it any longer. Answers {"consumer"}. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.forget_consumer from public;
grant execute on function schnittwerk.forget_consumer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/set_contact_preferences.sql
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
-- end include

-- include: sql/api/delivery/get_contact_preferences.sql
create function schnittwerk_core.get_contact_preferences(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_id constant uuid := schnittwerk_core.contact_of(v_caller, p_customer_id);
begin
  perform schnittwerk_core.log_personal_read(v_caller, 'get_contact_preferences', 1, v_id);
  return schnittwerk_core.contact_preferences_json(v_caller.salon_id, v_id);
end
$$;

comment on function schnittwerk_core.get_contact_preferences(uuid, uuid) is
  'Engine of schnittwerk.get_contact_preferences.';

revoke execute on function schnittwerk_core.get_contact_preferences from public;
grant execute on function schnittwerk_core.get_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_contact_preferences(
  p_customer_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_contact_preferences(p_customer_id, p_salon_id);

comment on function schnittwerk.get_contact_preferences(uuid, uuid) is
  'The language and consents of a customer: {"customer_id", "language", "consents": {"email", "sms", "chat"}}. language is null if none was chosen. Customers see their own, the salon team those of all customers. p_customer_id: null means the caller. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.get_contact_preferences from public;
grant execute on function schnittwerk.get_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/emit_reminders.sql
create function schnittwerk_core.emit_reminders(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'emit_reminders', p_salon_id, '{}');
  v_now constant timestamptz := schnittwerk_core.clock();
  v_ahead interval;
  v_reminders int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      v_ahead := make_interval(secs => 3600 * (
        v_caller.policies ->> 'reminder_hours')::float8);

      with due as (
        insert into schnittwerk_core.appointment_reminder (salon_id, appointment_id, starts_at)
        select a.salon_id, a.id, a.starts_at
        from schnittwerk_core.appointments a
        where a.salon_id = v_caller.salon_id and a.status in ('pending', 'confirmed')
          and a.starts_at > v_now and a.starts_at <= v_now + v_ahead
          -- The first item reminds of the whole visit.
          and (a.visit_id is null or not exists (
            select from schnittwerk_core.appointments f
            where f.salon_id = a.salon_id and f.visit_id = a.visit_id and f.status <> 'cancelled'
              and (f.starts_at, f.visit_item) < (a.starts_at, a.visit_item)
          ))
          -- A start that was booked or moved after its reminder would have been due needs none. The
          -- start of a visit also moves when its first item is cancelled.
          and greatest(a.created_at, (
            select max(h.created_at)
            from schnittwerk_core.appointment_history h
            where h.salon_id = a.salon_id
              and h.appointment_id = any (array(
                select a.id
                union all
                select o.id
                from schnittwerk_core.appointments o
                where o.salon_id = a.salon_id and o.visit_id = a.visit_id
              ))
              and (h.from_starts_at <> h.to_starts_at or h.to_status = 'cancelled')
          )) <= a.starts_at - v_ahead
        on conflict on constraint appointment_reminder_pkey do nothing
        returning appointment_id
      )
      insert into schnittwerk_core.journal (
        salon_id, table_name, row_key, subject_id, kind, role, correlation_id, after
      )
      select
        a.salon_id, 'appointment_reminder',
        jsonb_build_object('appointment_id', a.id, 'starts_at', a.starts_at), a.id, 'due',
        v_caller.kind, v_caller.correlation_id,
        -- Free text may name people.
        schnittwerk_core.appointment_json(a) - '{notes,cancellation_reason}'::text[]
      from due d
      join schnittwerk_core.appointments a
        on a.salon_id = v_caller.salon_id and a.id = d.appointment_id;
      get diagnostics v_reminders = row_count;
      v_caller.answer := schnittwerk_core.success('reminders', to_jsonb(v_reminders));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.emit_reminders(uuid) is
  'Engine of schnittwerk.emit_reminders.';

revoke execute on function schnittwerk_core.emit_reminders from public;
grant execute on function schnittwerk_core.emit_reminders
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.emit_reminders(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.emit_reminders(p_salon_id);

comment on function schnittwerk.emit_reminders(uuid) is
  'Writes an event appointment.reminder_due for every pending or confirmed appointment that starts within the policy reminder_hours: once per appointment and start, and once per visit, for its first item. Answers {"reminders"}, their number. Appointments that were booked or moved after their reminder would have been due get none. If the policy is 0, no appointment gets one. Call it often; a relay does. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.emit_reminders from public;
grant execute on function schnittwerk.emit_reminders
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/dispatch_events.sql
create function schnittwerk_core.dispatch_events(
  p_consumer text, p_targets jsonb, p_limit int, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'dispatch_events', p_salon_id, '{}');
  v_events schnittwerk_core.events[];
  v_deliveries int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      variadic array[
      schnittwerk_core.consumer_fault(p_consumer),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
    ] || schnittwerk_core.target_faults(p_targets)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- A pause is at most an hour and quiet hours are at most a day. A delivery that is due later
      -- was postponed before the server's clock was set back, and blocks those of its subject.
      update schnittwerk_core.event_delivery d
      set next_attempt_at = schnittwerk_core.clock()
      from jsonb_to_recordset(p_targets) t (name text)
      where d.salon_id = v_caller.salon_id and d.target = t.name and d.status = 'pending'
        and d.next_attempt_at > schnittwerk_core.clock() + interval '25 hours';
      select coalesce(array_agg(e order by e.number), '{}') into v_events
      from schnittwerk_core.next_events(v_caller.salon_id, p_consumer, p_limit) e;
      insert into schnittwerk_core.event_delivery (
        salon_id, event_id, occurred_at, event_number, subject_id, target, channel
      )
      select
        e.salon_id, e.id, e.occurred_at, e.number,
        case when t.channel = 'webhook' then e.subject_id
          else coalesce((e.data ->> 'visit_id')::uuid, e.subject_id) end,
        t.name, t.channel
      from unnest(v_events) e
      cross join jsonb_to_recordset(p_targets) t (name text, channel text, events jsonb)
      where (t.channel = 'webhook' or schnittwerk_core.message_template(e.type) is not null and (
          -- What a transaction does to several items of a visit is one message.
          e.data ->> 'visit_id' is null or not exists (
            select from schnittwerk_core.appointments o
            join schnittwerk_core.published f
              on f.salon_id = o.salon_id and f.subject_id = o.id
            where o.salon_id = e.salon_id and o.visit_id = (e.data ->> 'visit_id')::uuid
              and f.transaction_id = e.transaction_id and f.type = e.type
              and (o.visit_item, f.number) < ((e.data ->> 'visit_item')::int, e.number)
          )
        ))
        and (coalesce(t.events, 'null') = 'null' or exists (
          select from jsonb_array_elements_text(t.events) p (pattern)
          where e.type like replace(regexp_replace(p.pattern, '([\\%_])', '\\\1', 'g'), '*', '%')
        ))
      on conflict on constraint event_delivery_is_made_once_for_a_target do nothing;
      get diagnostics v_deliveries = row_count;
      if v_events <> '{}' then
        perform schnittwerk_core.pass_event(
          v_caller.salon_id, p_consumer, v_events[cardinality(v_events)].id);
      end if;
      v_caller.answer := schnittwerk_core.success('dispatched', jsonb_build_object(
        'events', cardinality(v_events), 'deliveries', v_deliveries));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.dispatch_events(text, jsonb, int, uuid) is
  'Engine of schnittwerk.dispatch_events.';

revoke execute on function schnittwerk_core.dispatch_events from public;
grant execute on function schnittwerk_core.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.dispatch_events(
  p_consumer text, p_targets jsonb, p_limit int default 500, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.dispatch_events(p_consumer, p_targets, p_limit, p_salon_id);

comment on function schnittwerk.dispatch_events(text, jsonb, int, uuid) is
  'Moves a relay past its next events and adds a delivery for each target of each event. Answers {"dispatched": {"events", "deliveries"}}. Repeat until events is 0. Webhooks get every event. The other channels get the events about which customers get a message. If a transaction changes several items of a visit in the same way, they get one message. For the service. p_consumer: the name of the relay. p_targets: [{"name", "channel": "email"|"sms"|"chat"|"webhook", "events"?: ["appointment.*", …]}]; lists of at most 1000, names and patterns of at most 100 characters. p_limit: 1 to 10000 events. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.dispatch_events from public;
grant execute on function schnittwerk.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/claim_delivery.sql
create function schnittwerk_core.claim_delivery(p_targets text[], p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'claim_delivery', p_salon_id, '{}');
  v_now constant timestamptz := schnittwerk_core.clock();
  v_delivery schnittwerk_core.event_delivery;
  v_event schnittwerk_core.events;
  v_quiet_until timestamptz;
  v_message jsonb;
  v_skip_reason text;
  v_fault text;
  v_answer jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      variadic array[
      schnittwerk_core.required_fault('p_targets', p_targets is null),
      schnittwerk_core.array_fault('p_targets', p_targets, 1000)
    ] || array(
      select schnittwerk_core.line_fault(format('p_targets[%s]', t.n - 1), t.name, 100)
      from unnest(p_targets[:1000]) with ordinality t (name, n)
    )
    );
  end if;
  if v_caller.answer is null then
    begin
      loop
        v_delivery := schnittwerk_core.next_delivery(v_caller.salon_id, p_targets, v_now);
        exit when v_delivery.id is null;
        select e.* into v_event
        from schnittwerk_core.published e
        where e.salon_id = v_caller.salon_id and e.id = v_delivery.event_id
          and e.occurred_at = v_delivery.occurred_at;
        v_message := null;
        v_skip_reason := null;
        v_quiet_until := null;
        begin
          if v_delivery.channel <> 'webhook' then
            select m.message, m.skip_reason into v_message, v_skip_reason
            from schnittwerk_core.customer_message(v_event, v_delivery) m;
            select schnittwerk_core.quiet_until(s, v_now) into v_quiet_until
            from schnittwerk_core.salon s
            where s.id = v_caller.salon_id;
          end if;
        exception when data_exception then
          -- The relay parks this delivery, so that it does not block later ones. The text of the
          -- error may quote personal data.
          v_fault := format('the message cannot be composed: SQLSTATE %s', sqlstate);
        end;
        if v_fault is not null or v_skip_reason is null and v_quiet_until is null then
          v_answer := schnittwerk_core.delivery_json(v_delivery) || jsonb_build_object(
            'event', schnittwerk_core.event_json(v_event),
            'message', case when v_fault is null then v_message end,
            'fault', v_fault);
          exit;
        end if;
        update schnittwerk_core.event_delivery d
        set
          status = case when v_skip_reason is null then 'pending' else 'skipped' end,
          reason = v_skip_reason,
          next_attempt_at = coalesce(v_quiet_until, d.next_attempt_at)
        where d.salon_id = v_delivery.salon_id and d.id = v_delivery.id;
      end loop;
      if v_answer -> 'message' <> 'null' then
        perform schnittwerk_core.log_personal_read(
          v_caller, 'claim_delivery', 1, (v_answer #>> '{message,customer,id}')::uuid);
      end if;
      v_caller.answer := schnittwerk_core.success('delivery', v_answer);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.claim_delivery(text[], uuid) is
  'Engine of schnittwerk.claim_delivery.';

revoke execute on function schnittwerk_core.claim_delivery from public;
grant execute on function schnittwerk_core.claim_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.claim_delivery(p_targets text[], p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.claim_delivery(p_targets, p_salon_id);

comment on function schnittwerk.claim_delivery(text[], uuid) is
  'Takes the next delivery that is due for one of p_targets and locks it until the transaction ends. Call end_delivery in the same transaction. Answers {"delivery"}, null if none is due: its columns, "event", "message" and "fault". message is for customers: template, language, customer, salon, service, staff, local_times (the event''s times in the salon''s zone) and visit. visit is null, or the visit as it is now, with id, sequence, status, price, appointments and cancelled (the items that the event cancelled). fault says, without personal data, why no message can be composed: end such a delivery as refused. A delivery in quiet hours waits until they end. A delivery that the customer has not agreed to, or that is outdated, is skipped. For the service. p_targets: at most 1000 names of at most 100 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.claim_delivery from public;
grant execute on function schnittwerk.claim_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/end_delivery.sql
create function schnittwerk_core.end_delivery(
  p_delivery_id uuid, p_outcome text, p_detail text, p_max_attempts int, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'end_delivery', p_salon_id, '{}');
  v_has_failed constant boolean := coalesce(p_outcome in ('failed', 'refused'), false);
  v_delivery schnittwerk_core.event_delivery;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_delivery_id', p_delivery_id is null),
      schnittwerk_core.fault(
        'p_outcome',
        not coalesce(p_outcome in ('delivered', 'failed', 'refused', 'skipped'), false),
        'unknown_outcome', 'p_outcome must be delivered, failed, refused or skipped'),
      schnittwerk_core.text_fault(
        'p_detail', p_detail, 500, v_has_failed or coalesce(p_outcome = 'skipped', false)),
      schnittwerk_core.number_fault('p_max_attempts', p_max_attempts, 1, 1000)
    );
  end if;
  if v_caller.answer is null then
    begin
      update schnittwerk_core.event_delivery as d
      set
        status = case
          when p_outcome = 'refused' then 'parked'
          when p_outcome <> 'failed' then p_outcome
          when d.attempts + 1 >= p_max_attempts then 'parked'
          else 'pending'
        end,
        reason = case when p_outcome = 'skipped' then p_detail end,
        attempts = d.attempts + v_has_failed::int,
        last_error = case when v_has_failed then p_detail end,
        -- 15 to 30 seconds, doubled with every attempt, at most half an hour to an hour. Random, so
        -- that deliveries that failed together are not retried together.
        next_attempt_at = case when p_outcome = 'failed'
          then schnittwerk_core.clock() + make_interval(
            secs => least(3600, 30 * 2 ^ least(d.attempts, 20)) * (0.5 + random() / 2))
          else d.next_attempt_at end
      where d.salon_id = v_caller.salon_id and d.id = p_delivery_id and d.status = 'pending'
      returning d.* into v_delivery;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such pending delivery');
      end if;
      v_caller.answer := schnittwerk_core.success('delivery', schnittwerk_core.delivery_json(v_delivery));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.end_delivery(uuid, text, text, int, uuid) is
  'Engine of schnittwerk.end_delivery.';

revoke execute on function schnittwerk_core.end_delivery from public;
grant execute on function schnittwerk_core.end_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.end_delivery(
  p_delivery_id uuid,
  p_outcome text,
  p_detail text default null,
  p_max_attempts int default 10,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.end_delivery(p_delivery_id, p_outcome, p_detail, p_max_attempts, p_salon_id);

comment on function schnittwerk.end_delivery(uuid, text, text, int, uuid) is
  'Records the outcome of a delivery. Answers {"delivery"}. For the service. p_outcome: delivered, failed, refused or skipped. A failed delivery is tried again after a pause that doubles each time, from half a minute to an hour. After p_max_attempts it is parked; a refused one is parked at once. p_detail: the error, without personal data, or why the delivery was skipped; at most 500 characters, required unless delivered. p_max_attempts: 1 to 1000. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.end_delivery from public;
grant execute on function schnittwerk.end_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/retry_deliveries.sql
create function schnittwerk_core.retry_deliveries(p_delivery_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'retry_deliveries', p_salon_id, '{}');
  v_retried int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      update schnittwerk_core.event_delivery d
      set status = 'pending', attempts = 0, next_attempt_at = schnittwerk_core.clock()
      where d.salon_id = v_caller.salon_id and d.status = 'parked'
        and (p_delivery_id is null or d.id = p_delivery_id);
      get diagnostics v_retried = row_count;
      if p_delivery_id is not null and v_retried = 0 then
        perform schnittwerk_core.refuse('not_found', 'There is no such parked delivery');
      end if;
      v_caller.answer := schnittwerk_core.success('retried', to_jsonb(v_retried));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.retry_deliveries(uuid, uuid) is
  'Engine of schnittwerk.retry_deliveries.';

revoke execute on function schnittwerk_core.retry_deliveries from public;
grant execute on function schnittwerk_core.retry_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.retry_deliveries(
  p_delivery_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.retry_deliveries(p_delivery_id, p_salon_id);

comment on function schnittwerk.retry_deliveries(uuid, uuid) is
  'Makes parked deliveries due again. Answers {"retried"}, their number. For the service. p_delivery_id: null means all parked deliveries. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.retry_deliveries from public;
grant execute on function schnittwerk.retry_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/list_deliveries.sql
create function schnittwerk_core.list_deliveries(p_status text, p_limit int, p_salon_id uuid)
returns table (
  id uuid,
  event_id uuid,
  event_type text,
  subject_id uuid,
  target text,
  channel text,
  status text,
  reason text,
  attempts int,
  next_attempt_at timestamptz,
  last_error text,
  created_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
-- Reads each status from its index, newest first, however many rows there are.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_status',
      coalesce(not p_status in ('pending', 'delivered', 'parked', 'skipped'), false),
      'unknown_status', 'p_status must be pending, delivered, parked or skipped'),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
  );
  return query
  select
    d.id, d.event_id, e.type, d.subject_id, d.target, d.channel, d.status, d.reason, d.attempts,
    d.next_attempt_at, d.last_error, d.created_at
  from (
    select l.*
    from unnest(case when p_status is null
      then '{pending,delivered,parked,skipped}'::text[] else array[p_status] end) s (status)
    cross join lateral (
      select o.*
      from schnittwerk_core.event_delivery o
      where o.salon_id = v_caller.salon_id and o.status = s.status
      order by o.created_at desc, o.event_number desc, o.target
      limit p_limit
    ) l
    order by l.created_at desc, l.event_number desc, l.target
    limit p_limit
  ) d
  join schnittwerk_core.published e
    on e.salon_id = d.salon_id and e.id = d.event_id and e.occurred_at = d.occurred_at
  order by d.created_at desc, d.event_number desc, d.target;
  get diagnostics v_count = row_count;
  -- A mail server's error may quote an address.
  perform schnittwerk_core.log_personal_read(v_caller, 'list_deliveries', v_count);
end
$$;

comment on function schnittwerk_core.list_deliveries(text, int, uuid) is
  'Engine of schnittwerk.list_deliveries.';

revoke execute on function schnittwerk_core.list_deliveries from public;
grant execute on function schnittwerk_core.list_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_deliveries(
  p_status text default null, p_limit int default 100, p_salon_id uuid default null
)
returns table (
  id uuid,
  event_id uuid,
  event_type text,
  subject_id uuid,
  target text,
  channel text,
  status text,
  reason text,
  attempts int,
  next_attempt_at timestamptz,
  last_error text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.event_id, r.event_type, r.subject_id, r.target, r.channel, r.status, r.reason,
    r.attempts, r.next_attempt_at, r.last_error, r.created_at
  from schnittwerk_core.list_deliveries(p_status, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_deliveries(text, int, uuid) is
  'Deliveries of the relay, newest first. For the service. p_status: pending, delivered, parked or skipped; null means all. p_limit: 1 to 10000 rows. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_deliveries from public;
grant execute on function schnittwerk.list_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delivery/count_deliveries.sql
create function schnittwerk_core.count_deliveries(p_salon_id uuid)
returns table (target text, status text, deliveries bigint, oldest_at timestamptz)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{}');
begin
  return query
  select d.target, d.status, count(*), min(d.created_at)
  from schnittwerk_core.event_delivery d
  where d.salon_id = v_caller.salon_id
  group by d.target, d.status
  order by d.target, d.status;
end
$$;

comment on function schnittwerk_core.count_deliveries(uuid) is
  'Engine of schnittwerk.count_deliveries.';

revoke execute on function schnittwerk_core.count_deliveries from public;
grant execute on function schnittwerk_core.count_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.count_deliveries(p_salon_id uuid default null)
returns table (target text, status text, deliveries bigint, oldest_at timestamptz)
language sql
stable
begin atomic
  select r.target, r.status, r.deliveries, r.oldest_at
  from schnittwerk_core.count_deliveries(p_salon_id) r;
end;

comment on function schnittwerk.count_deliveries(uuid) is
  'The number of deliveries by target and status, and the time of the oldest. For the service. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.count_deliveries from public;
grant execute on function schnittwerk.count_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/upkeep/purge_events.sql
create function schnittwerk_core.purge_events(
  p_older_than_days int, p_is_dry_run boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'purge_events', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 1, 3650),
      schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.answer := schnittwerk_core.success('purged', jsonb_build_object('events',
        schnittwerk_core.delete_events(v_caller.salon_id, p_older_than_days, p_is_dry_run)));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.purge_events(int, boolean, uuid) is
  'Engine of schnittwerk.purge_events.';

revoke execute on function schnittwerk_core.purge_events from public;
grant execute on function schnittwerk_core.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.purge_events(
  p_older_than_days int default 90, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.purge_events(p_older_than_days, p_is_dry_run, p_salon_id);

comment on function schnittwerk.purge_events(int, boolean, uuid) is
  'Deletes the salon''s old events with their deliveries. Keeps what a consumer has yet to read, and what the audit trail, the history of an appointment or a pending or parked delivery needs. Answers {"purged": {"events"}}, at most about 10000 per call. Repeat until it is 0. For the service. p_older_than_days: 1 to 3650. p_is_dry_run: true deletes nothing and counts all. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_events from public;
grant execute on function schnittwerk.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/privacy/list_audit.sql
create function schnittwerk_core.list_audit(
  p_from timestamptz,
  p_to timestamptz,
  p_table_name text,
  p_row_id uuid,
  p_user_id uuid,
  p_limit int,
  p_salon_id uuid
)
returns table (
  id uuid,
  occurred_at timestamptz,
  table_name text,
  row_key jsonb,
  action text,
  user_id uuid,
  role text,
  login text,
  is_override boolean,
  correlation_id text,
  before jsonb,
  after jsonb,
  reason text,
  override_reason text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(variadic
    schnittwerk_core.instant_range_faults(p_from, p_to, 400) || array[
      schnittwerk_core.text_fault('p_table_name', p_table_name, 63, false),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
    ]);
  return query
  select
    a.id, a.occurred_at, a.table_name, a.row_key, a.action, a.user_id, a.role, a.login,
    a.is_override, a.correlation_id,
    coalesce(a.before || p.before, a.before, p.before),
    coalesce(a.after || p.after, a.after, p.after),
    p.reason, p.override_reason
  from schnittwerk_core.audit a
  left join schnittwerk_core.journal_personal p
    on p.salon_id = a.salon_id and p.occurred_at = a.occurred_at and p.journal_id = a.id
  where a.salon_id = v_caller.salon_id
    and a.occurred_at >= p_from and a.occurred_at < p_to
    and (p_table_name is null or a.table_name = p_table_name)
    and (p_user_id is null or a.user_id = p_user_id)
    and (p_row_id is null or exists (
      select from jsonb_each_text(a.row_key) k where k.value = p_row_id::text
    ))
  order by a.occurred_at desc, a.number desc
  limit p_limit;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_audit', v_count);
end
$$;

comment on function schnittwerk_core.list_audit(timestamptz, timestamptz, text, uuid, uuid, int, uuid) is
  'Engine of schnittwerk.list_audit.';

revoke execute on function schnittwerk_core.list_audit from public;
grant execute on function schnittwerk_core.list_audit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_audit(
  p_from timestamptz,
  p_to timestamptz,
  p_table_name text default null,
  p_row_id uuid default null,
  p_user_id uuid default null,
  p_limit int default 100,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  occurred_at timestamptz,
  table_name text,
  row_key jsonb,
  action text,
  user_id uuid,
  role text,
  login text,
  is_override boolean,
  correlation_id text,
  before jsonb,
  after jsonb,
  reason text,
  override_reason text
)
language sql
stable
begin atomic
  select
    r.id, r.occurred_at, r.table_name, r.row_key, r.action, r.user_id, r.role, r.login,
    r.is_override, r.correlation_id, r.before, r.after, r.reason, r.override_reason
  from schnittwerk_core.list_audit(
    p_from, p_to, p_table_name, p_row_id, p_user_id, p_limit, p_salon_id
  ) r;
end;

comment on function schnittwerk.list_audit(timestamptz, timestamptz, text, uuid, uuid, int, uuid) is
  'The audit trail, newest first: who (user, role, database login) did what (insert, update, delete, erase) to which row (its key without the salon), the values before and after, and why. For an update it shows only the columns that changed. For admins. p_from, p_to: entries in [p_from, p_to), at most 400 days apart. p_table_name, p_row_id, p_user_id: filters; null means all. p_row_id matches any part of the key. p_limit: 1 to 10000 rows. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_audit from public;
grant execute on function schnittwerk.list_audit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/privacy/export_customer.sql
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
-- end include

-- include: sql/api/privacy/erase_customer.sql
create function schnittwerk_core.erase_customer(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'erase_customer', p_salon_id, '{admin}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_customer_id', p_customer_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- The order in which all calls lock: customer, appointments, resources, waitlist entries. A
      -- call that books for the customer or changes one of their entries holds one of these locks,
      -- so the statements after it see what that call wrote.
      perform from schnittwerk_core.customers c
      where c.salon_id = v_caller.salon_id and c.id = p_customer_id
      for update;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such customer');
      elsif exists (
        select from schnittwerk_core.appointments a
        where a.salon_id = v_caller.salon_id and a.customer_id = p_customer_id
          and a.status in ('pending', 'confirmed') and a.ends_at > schnittwerk_core.clock()
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The customer has appointments to come: cancel them first');
      elsif exists (
        select from schnittwerk_core.hold h
        where h.salon_id = v_caller.salon_id and h.customer_id = p_customer_id
          and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', 'A slot is held for the customer: release it, or wait until it lapses');
      end if;
      perform from schnittwerk_core.appointments a
      where a.salon_id = v_caller.salon_id and a.customer_id = p_customer_id
      order by a.id
      for no key update;
      perform schnittwerk_core.lock_resources(
        v_caller.salon_id, schnittwerk_core.offered_resources(v_caller.salon_id, p_customer_id));
      perform from schnittwerk_core.waitlist w
      where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
      order by w.id
      for no key update;
      -- An active entry whose dates have passed could still get new dates and new notes.
      perform schnittwerk_core.expire_entry(w)
      from schnittwerk_core.waitlist w
      where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
        and w.status in ('active', 'notified')
        and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
      if exists (
        select from schnittwerk_core.waitlist w
        where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
          and w.status in ('active', 'notified')
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', 'The customer is on the waitlist: take them off first');
      end if;
      v_caller.answer := schnittwerk_core.success('erased',
        schnittwerk_core.erase_personal_data(v_caller.salon_id, p_customer_id));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.erase_customer(uuid, uuid) is
  'Engine of schnittwerk.erase_customer.';

revoke execute on function schnittwerk_core.erase_customer from public;
grant execute on function schnittwerk_core.erase_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.erase_customer(p_customer_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.erase_customer(p_customer_id, p_salon_id);

comment on function schnittwerk.erase_customer(uuid, uuid) is
  'Erases a person (GDPR article 17). Deletes name, addresses, notes, reasons, consents, stored answers except ids, errors of mail servers, the values in the audit trail, and the profile of a user without another role in the salon. Appointments and fees stay, but no longer show whose they are. The audit trail records the erasure, and an event customer.erased informs systems that have copies. Answers {"erased": {"customer_id", "appointments", "history", "waitlist_entries", "operations", "deliveries", "audit_values"}}, numbers of rows; a second call finds none. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, wrong_status (the customer has future appointments, a held slot or a waitlist entry).';

revoke execute on function schnittwerk.erase_customer from public;
grant execute on function schnittwerk.erase_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/privacy/apply_retention.sql
create function schnittwerk_core.apply_retention(p_is_dry_run boolean, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'apply_retention', p_salon_id, '{}');
  v_salon_id uuid;
  v_customer_id uuid;
  v_customers int := 0;
  v_notes bigint;
  v_before timestamptz;
  v_counts jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_salon_id := v_caller.salon_id;
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_counts := schnittwerk_core.delete_operations(
        v_salon_id, (v_caller.policies ->> 'retention_operations_days')::int, p_is_dry_run
      ) || jsonb_build_object('events', schnittwerk_core.delete_events(
        v_salon_id, (v_caller.policies ->> 'retention_events_days')::int, p_is_dry_run));
      -- Before the customers: erasing them deletes their notes, too, which would not be counted.
      v_notes := schnittwerk_core.delete_notes(
        v_salon_id, schnittwerk_core.retained_since(v_salon_id, 'retention_notes_days'), p_is_dry_run);
      v_before := schnittwerk_core.retained_since(v_salon_id, 'retention_customers_days');
      for v_customer_id in
        select c.id
        from schnittwerk_core.customers_gone_since(v_salon_id, v_before) c (id)
        limit case when p_is_dry_run then null else 100 end
      loop
        if not p_is_dry_run then
          perform from schnittwerk_core.customers c
          where c.salon_id = v_salon_id and c.id = v_customer_id
          for update skip locked;
          -- A lock means that a call is booking for the customer. One may also have done so before
          -- this transaction got the lock.
          continue when not found or not exists (
            select from schnittwerk_core.customers_gone_since(v_salon_id, v_before, v_customer_id));
          perform schnittwerk_core.erase_personal_data(v_salon_id, v_customer_id);
        end if;
        v_customers := v_customers + 1;
      end loop;
      v_caller.answer := schnittwerk_core.success('retention', v_counts || jsonb_build_object(
        'customers', v_customers,
        'notes', v_notes,
        'audit', schnittwerk_core.delete_audit(
          v_salon_id, schnittwerk_core.retained_since(v_salon_id, 'retention_audit_days'),
          p_is_dry_run)
      ));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.apply_retention(boolean, uuid) is
  'Engine of schnittwerk.apply_retention.';

revoke execute on function schnittwerk_core.apply_retention from public;
grant execute on function schnittwerk_core.apply_retention
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.apply_retention(
  p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.apply_retention(p_is_dry_run, p_salon_id);

comment on function schnittwerk.apply_retention(boolean, uuid) is
  'Deletes what the salon''s retention policies (retention_…_days) do not keep. Answers {"retention": {"operations", "refusals", "events", "customers", "notes", "audit"}}. customers counts the customers that were erased, and notes the appointments and waitlist entries whose free text was deleted. A call deletes at most 10000 of each, and erases at most 100 customers. Repeat until all are 0. A waitlist entry whose dates have passed counts as over once process_waitlist has ended it. For the service. p_is_dry_run: true deletes nothing and counts all. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.apply_retention from public;
grant execute on function schnittwerk.apply_retention
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/set_business_settings.sql
create function schnittwerk_core.set_business_settings(p_settings jsonb, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_business_settings', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic schnittwerk_core.business_settings_faults(p_settings));
  end if;
  if v_caller.answer is null then
    begin
      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      update schnittwerk_core.salon as s
      set
        buffer_time_minutes =
          coalesce((p_settings ->> 'buffer_time_minutes')::numeric, s.buffer_time_minutes),
        max_advance_booking_days = case when p_settings ? 'max_advance_booking_days'
          then (p_settings ->> 'max_advance_booking_days')::numeric
          else s.max_advance_booking_days end,
        slot_interval_minutes =
          coalesce((p_settings ->> 'slot_interval_minutes')::numeric, s.slot_interval_minutes),
        price_rounding = coalesce((p_settings ->> 'price_rounding')::numeric, s.price_rounding),
        preferred_from = coalesce(
          schnittwerk_core.json_time(p_settings #> '{preferred_hours,start_time}'),
          s.preferred_from),
        preferred_until = coalesce(
          schnittwerk_core.json_time(p_settings #> '{preferred_hours,end_time}'),
          s.preferred_until),
        quiet_from = case when p_settings ? 'quiet_hours'
          then schnittwerk_core.json_time(p_settings #> '{quiet_hours,start_time}')
          else s.quiet_from end,
        quiet_until = case when p_settings ? 'quiet_hours'
          then schnittwerk_core.json_time(p_settings #> '{quiet_hours,end_time}')
          else s.quiet_until end
      where s.id = v_caller.salon_id;
      if p_settings ? 'opening_hours' then
        delete from schnittwerk_core.opening_hours h where h.salon_id = v_caller.salon_id;
        -- Of windows with the same start the longest open one covers the others.
        insert into schnittwerk_core.opening_hours (
          salon_id, day_of_week, start_time, end_time, is_open
        )
        select distinct on (h.day_of_week, h.start_time)
          v_caller.salon_id, h.day_of_week, h.start_time, h.end_time, h.is_open
        from schnittwerk_core.weekday_windows(p_settings -> 'opening_hours') w
        cross join lateral (
          select
            w.day_of_week::smallint as day_of_week,
            schnittwerk_core.json_time(w.value -> 'start_time') as start_time,
            schnittwerk_core.json_time(w.value -> 'end_time') as end_time,
            coalesce((w.value ->> 'is_open')::boolean, true) as is_open
        ) h
        where h.start_time is not null
        order by h.day_of_week, h.start_time, h.is_open desc, h.end_time desc;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'business_settings', schnittwerk_core.business_settings(v_caller.salon_id))
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_business_settings(jsonb, uuid) is
  'Engine of schnittwerk.set_business_settings.';

revoke execute on function schnittwerk_core.set_business_settings from public;
grant execute on function schnittwerk_core.set_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_business_settings(p_settings jsonb, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.set_business_settings(p_settings, p_salon_id);

comment on function schnittwerk.set_business_settings(jsonb, uuid) is
  'Changes the salon''s settings. Answers {"business_settings", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_settings: an object with any of the following; what is absent stays. opening_hours: {"0" (Sunday) to "6": {"is_open"?, "start_time", "end_time"} or a list of at most 1000 of them}, local times HH:MM up to 24:00; a missing weekday is closed. buffer_time_minutes: 0 to 1440. max_advance_booking_days: 1 to 730; null means the limit of the policy. slot_interval_minutes: 1 to 1440. preferred_hours: {"start_time", "end_time"}. quiet_hours: {"start_time", "end_time"}, during which customers get no messages; they may span midnight, and null means none. price_rounding: 0.01 to 100 with two decimals; prices that price rules have changed, and fees, are multiples of it. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_business_settings from public;
grant execute on function schnittwerk.set_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/calendar/get_business_settings.sql
create function schnittwerk_core.get_business_settings(p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  return schnittwerk_core.business_settings(v_caller.salon_id);
end
$$;

comment on function schnittwerk_core.get_business_settings(uuid) is
  'Engine of schnittwerk.get_business_settings.';

revoke execute on function schnittwerk_core.get_business_settings from public;
grant execute on function schnittwerk_core.get_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_business_settings(p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_business_settings(p_salon_id);

comment on function schnittwerk.get_business_settings(uuid) is
  'The salon''s opening hours and booking settings, in the form that set_business_settings takes. For everyone. Raises salon_required, not_found.';

revoke execute on function schnittwerk.get_business_settings from public;
grant execute on function schnittwerk.get_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

commit;
