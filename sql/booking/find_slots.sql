create function schnittwerk_core.find_slots(
  p_service_id uuid,
  p_from date,
  p_to date,
  p_staff_id uuid,
  p_slot_interval_minutes int,
  p_limit int,
  p_salon_id uuid
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
-- One plan, whatever is known of the tables: from index to index, for each of the staff.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
as $$
declare
  v_salon_id constant uuid := (schnittwerk_core.enter(p_salon_id)).salon_id;
  v_to constant date := coalesce(p_to, p_from);
  v_staff_ids uuid[] := array[p_staff_id];
  v_day date := p_from;
  v_days int := 1;
  v_week date;
  v_last_day date;
  v_missing int := coalesce(p_limit, schnittwerk_core.most_rows() + 1);
  v_count int;
  v_found int := 0;
begin
  perform schnittwerk_core.require_valid(
    variadic array[
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.number_fault(
        'p_slot_interval_minutes', p_slot_interval_minutes, 1, 1440, false),
      schnittwerk_core.number_fault(
        'p_limit', p_limit, 1, schnittwerk_core.most_rows(), false)
    ] || schnittwerk_core.date_range_faults(p_from, v_to, 92)
  );
  if p_staff_id is null then
    v_staff_ids := array(
      select p.staff_id
      from schnittwerk_core.staff_services p
      where p.salon_id = v_salon_id and p.service_id = p_service_id
    );
  end if;

  -- Week by week, as the calendar is kept; with a limit a day first, then twice as many, …: the
  -- first free slot costs what it takes to find it.
  while v_day <= v_to loop
    v_week := schnittwerk_core.week_of(v_day);
    v_last_day := least(
      v_to, v_week + 6, case when p_limit is not null then v_day + v_days - 1 end);
    return query
    select
      f.staff_id, s.starts_at, s.starts_at + f.duration, f.duration_minutes,
      s.starts_at <@ f.preferred, f.price
    from (
      select
        t.staff_id, t.duration_minutes, t.price, d.duration, w.preferred, w.step, w.bookable,
        w.is_one_range,
        coalesce(k.grid_origins, (c.week).grid_origins) as grid_origins,
        coalesce(k.open, (c.week).open)
        * tstzmultirange(tstzrange(w.first_start, w.last_start + d.duration))
        - o.taken as free
      from (
        select
          k.version, z.policies, s.buffer_time_minutes, b.bookable,
          coalesce(k.preferred, (c.week).preferred) as preferred,
          lower(b.bookable) as first_start,
          upper(b.bookable) - interval '1 microsecond' as last_start,
          b.bookable = tstzmultirange(range_merge(b.bookable)) as is_one_range,
          interval '1 minute' * case
            -- Where starts must be on the salon's grid, one asked for is thinned to those that are.
            when (z.policies -> 'require_slot_grid')::boolean then lcm(
              coalesce(p_slot_interval_minutes, s.slot_interval_minutes),
              s.slot_interval_minutes)
            else coalesce(p_slot_interval_minutes, s.slot_interval_minutes)
          end as step
        from schnittwerk_core.salon s
        join schnittwerk_core.salon_state z on z.salon_id = s.id
        left join schnittwerk_core.salon_week k
          on k.salon_id = v_salon_id and k.week = v_week and k.version = z.calendar_version
          and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks)
        cross join lateral (
          select case when k.salon_id is null
            then schnittwerk_core.compute_salon_week(v_salon_id, v_week) end as week
          offset 0
        ) c
        -- one range, unless the clocks are put back across a midnight
        cross join lateral (
          select range_agg(
            schnittwerk_core.local_range(v_day, v_last_day + 1, o)
            * tstzrange(
              schnittwerk_core.earliest_start(schnittwerk_core.clock(), z.policies), null)
            * tstzrange(
              null,
              schnittwerk_core.latest_start(
                schnittwerk_core.clock(),
                schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies)
              ) + interval '1 microsecond'
            )
          ) as bookable
          from unnest(coalesce(k.offsets, (c.week).offsets)) o
        ) b
        where s.id = v_salon_id and not isempty(b.bookable)
        offset 0
      ) w
      cross join lateral schnittwerk_core.service_terms(
        v_salon_id, p_service_id, v_staff_ids, w.policies, w.buffer_time_minutes
      ) t
      cross join lateral (
        select
          interval '1 minute' * t.duration_minutes as duration,
          interval '1 minute' * t.buffer_before_minutes as buffer_before,
          interval '1 minute' * t.buffer_after_minutes as buffer_after
        offset 0
      ) d
      left join schnittwerk_core.staff_week k
        on k.salon_id = v_salon_id and k.staff_id = t.staff_id and k.week = v_week
        and k.salon_version = w.version and k.staff_version = t.calendar_version
      cross join lateral (
        select case when k.salon_id is null then schnittwerk_core.compute_staff_week(
          schnittwerk_core.compute_salon_week(v_salon_id, v_week), t.staff_id) end as week
      ) c
      -- Between two claims all is free but for the buffers that the service itself needs.
      cross join lateral (
        select coalesce(range_agg(tstzrange(
          o.starts_at - d.buffer_after, o.ends_at + d.buffer_before)), '{}') as taken
        from schnittwerk_core.occupancy o
        where o.salon_id = v_salon_id and o.resource_id = t.staff_id
          and o.ends_at > w.first_start - d.buffer_before
          and o.ends_at < w.last_start + d.duration + d.buffer_after + interval '72 hours'
          and o.starts_at < w.last_start + d.duration + d.buffer_after
          and (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
        offset 0
      ) o
      where t.is_offered
      offset 0
    ) f
    cross join lateral (
      select x.starts_at
      from (
        select
          generate_series(
            date_bin(
              f.step, greatest(g.first_start, f.grid_origins[g.n]) + f.step - interval '1 microsecond',
              f.grid_origins[g.n]),
            least(g.last_start, f.grid_origins[g.n + 1] - interval '1 microsecond'),
            f.step
          ) as starts_at
        from (
          -- one grid for a free range, several where it is of more than 24 hours
          select
            r.first_start, r.last_start,
            generate_series(
              width_bucket(r.first_start, f.grid_origins), width_bucket(r.last_start, f.grid_origins)
            ) as n
          from (
            select lower(u.free_range) as first_start, upper(u.free_range) - f.duration as last_start
            from (select unnest(f.free) as free_range) u
          ) r
          where r.last_start >= r.first_start
        ) g
      ) x
      where f.is_one_range or x.starts_at <@ f.bookable
      -- they come by time: nobody has more among the first
      limit v_missing
    ) s
    order by s.starts_at, f.staff_id
    limit v_missing;
    get diagnostics v_count = row_count;
    v_found := v_found + v_count;
    v_missing := v_missing - v_count;
    exit when v_missing = 0;
    v_day := v_last_day + 1;
    v_days := v_days * 2;
  end loop;

  if v_found > schnittwerk_core.most_rows() then
    perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault('p_limit', v_found,
      'give p_limit, one p_staff_id, fewer days or a longer p_slot_interval_minutes'));
  end if;
  -- only who has found nothing may have asked for what is not there
  if v_found = 0 then
    if not exists (
      select from schnittwerk_core.services v
      where v.salon_id = v_salon_id and v.id = p_service_id
    ) then
      perform schnittwerk_core.refuse('not_found', 'There is no such service');
    end if;
    perform schnittwerk_core.require_staff(v_salon_id, v_staff_ids);
  end if;
end
$$;

comment on function schnittwerk_core.find_slots(uuid, date, date, uuid, int, int, uuid) is
  'Engine of schnittwerk.find_slots.';

revoke execute on function schnittwerk_core.find_slots from public;
grant execute on function schnittwerk_core.find_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
