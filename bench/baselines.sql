-- How free slots are usually found, written for the comparison: both test slot by slot, both ask the
-- table of appointments by its index, and both give what find_slots gives.

-- A loop over staff, days, windows and slots, with a query or two for each, as the system did it that
-- this one takes the place of.
create function bench.slots_by_loop(
  p_service_id uuid, p_from date, p_to date, p_staff_id uuid default null
)
returns table (staff_id uuid, starts_at timestamptz, ends_at timestamptz)
language plpgsql
stable
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_salon schnittwerk_core.salon;
  v_service schnittwerk_core.services;
  v_duration interval;
  v_before interval;
  v_after interval;
  v_earliest timestamptz;
  v_latest timestamptz;
  v_staff_id uuid;
  v_date date;
  v_window record;
  v_start timestamptz;
begin
  select s.* into v_salon from schnittwerk_core.salon s;
  select v.* into v_service
  from schnittwerk_core.services v
  where v.salon_id = v_salon.id and v.id = p_service_id;
  v_duration := make_interval(mins => v_service.duration_minutes);
  v_before := make_interval(mins => coalesce(v_service.buffer_before_minutes, 0));
  v_after := make_interval(
    mins => coalesce(v_service.buffer_after_minutes, v_salon.buffer_time_minutes));
  v_earliest := schnittwerk_core.clock() + (
    schnittwerk_core.effective_policies(v_salon.id) -> 'minimum_booking_notice_hours')::float8 * interval '1 hour';
  v_latest := schnittwerk_core.clock() + (
    schnittwerk_core.effective_policies(v_salon.id) -> 'advance_booking_limit_days')::int * interval '24 hours';
  for v_staff_id in
    select m.id
    from schnittwerk_core.staff m
    join schnittwerk_core.staff_services p
      on p.salon_id = m.salon_id and p.staff_id = m.id and p.service_id = p_service_id
    where m.salon_id = v_salon.id and m.is_active and (p_staff_id is null or m.id = p_staff_id)
  loop
    for v_date in select d::date from generate_series(p_from, p_to, interval '1 day') d loop
      continue when exists (
        select from schnittwerk_core.holidays h
        where h.salon_id = v_salon.id and (
          v_date between h.date and coalesce(h.end_date, h.date)
          or h.recurring_month = extract(month from v_date)
            and h.recurring_day = extract(day from v_date)
        )
      );
      for v_window in
        select greatest(o.start_time, w.start_time) as opens, least(o.end_time, w.end_time) as closes
        from schnittwerk_core.opening_hours o
        join schnittwerk_core.staff_availability w
          on w.salon_id = o.salon_id and w.day_of_week = o.day_of_week
        where o.salon_id = v_salon.id and o.day_of_week = extract(dow from v_date)
          and w.staff_id = v_staff_id
      loop
        v_start := (v_date + v_window.opens) at time zone v_salon.time_zone;
        while v_start + v_duration <= (v_date + v_window.closes) at time zone v_salon.time_zone loop
          if v_start between v_earliest and v_latest
            and not exists (
              select from schnittwerk_core.staff_timeoff t
              where t.salon_id = v_salon.id and t.staff_id = v_staff_id
                and v_date between t.start_date and t.end_date
            )
            and not exists (
              -- nothing here takes four hours: the index need not be read from the first year on
              select from schnittwerk_core.appointments a
              where a.salon_id = v_salon.id and a.staff_id = v_staff_id
                and a.starts_at > v_start - interval '4 hours'
                and a.starts_at < v_start + interval '4 hours'
                and a.status in ('pending', 'confirmed', 'completed')
                and a.starts_at - make_interval(mins => a.buffer_before_minutes)
                  < v_start + v_duration + v_after
                and a.ends_at + make_interval(mins => a.buffer_after_minutes) > v_start - v_before
            )
          then
            staff_id := v_staff_id;
            starts_at := v_start;
            ends_at := v_start + v_duration;
            return next;
          end if;
          v_start := v_start + make_interval(mins => v_salon.slot_interval_minutes);
        end loop;
      end loop;
    end loop;
  end loop;
end
$$;

-- One query that makes all slots and keeps those that nothing stands in the way of. Left to itself the
-- planner joins a million appointments by hash: it is held to their index.
create function bench.slots_by_not_exists(
  p_service_id uuid, p_from date, p_to date, p_staff_id uuid default null
)
returns table (staff_id uuid, starts_at timestamptz, ends_at timestamptz)
language plpgsql
stable
set plan_cache_mode = force_generic_plan
set jit = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  v_salon_id constant uuid := (select i.id from schnittwerk_core.salon i);
  v_earliest constant timestamptz := schnittwerk_core.clock() + (
    schnittwerk_core.effective_policies(v_salon_id) -> 'minimum_booking_notice_hours')::float8 * interval '1 hour';
  v_latest constant timestamptz := schnittwerk_core.clock() + (
    schnittwerk_core.effective_policies(v_salon_id) -> 'advance_booking_limit_days')::int * interval '24 hours';
begin
  return query
  select m.id, s.starts_at, s.starts_at + t.duration
  from schnittwerk_core.salon i
  join schnittwerk_core.services v on v.salon_id = i.id and v.id = p_service_id
  join schnittwerk_core.staff_services p on p.salon_id = i.id and p.service_id = v.id
  join schnittwerk_core.staff m on m.salon_id = i.id and m.id = p.staff_id and m.is_active
  cross join lateral (
    select
      make_interval(mins => v.duration_minutes) as duration,
      make_interval(mins => coalesce(v.buffer_before_minutes, 0)) as before,
      make_interval(mins => coalesce(v.buffer_after_minutes, i.buffer_time_minutes)) as after
  ) t
  cross join generate_series(p_from::timestamp, p_to, interval '1 day') d
  join schnittwerk_core.opening_hours o
    on o.salon_id = i.id and o.day_of_week = extract(dow from d)
  join schnittwerk_core.staff_availability w
    on w.salon_id = i.id and w.staff_id = m.id and w.day_of_week = o.day_of_week
  cross join lateral generate_series(
    (d + greatest(o.start_time, w.start_time)) at time zone i.time_zone,
    (d + least(o.end_time, w.end_time)) at time zone i.time_zone - t.duration,
    make_interval(mins => i.slot_interval_minutes)
  ) s (starts_at)
  where i.id = v_salon_id and (p_staff_id is null or m.id = p_staff_id)
    and s.starts_at between v_earliest and v_latest
    and not exists (
      select from schnittwerk_core.holidays h
      where h.salon_id = i.id and (
        d::date between h.date and coalesce(h.end_date, h.date)
        or h.recurring_month = extract(month from d) and h.recurring_day = extract(day from d)
      )
    )
    and not exists (
      select from schnittwerk_core.staff_timeoff f
      where f.salon_id = i.id and f.staff_id = m.id and d::date between f.start_date and f.end_date
    )
    and not exists (
      select from schnittwerk_core.appointments a
      where a.salon_id = i.id and a.staff_id = m.id
        and a.starts_at > s.starts_at - interval '4 hours'
        and a.starts_at < s.starts_at + interval '4 hours'
        and a.status in ('pending', 'confirmed', 'completed')
        and a.starts_at - make_interval(mins => a.buffer_before_minutes)
          < s.starts_at + t.duration + t.after
        and a.ends_at + make_interval(mins => a.buffer_after_minutes) > s.starts_at - t.before
    );
end
$$;

-- What gives other slots is nothing to compare with.
do $$
declare
  v_function text;
  v_differing bigint;
begin
  foreach v_function in array array['slots_by_loop', 'slots_by_not_exists'] loop
    execute format(
      'with theirs as (
        select * from bench.%I(bench.id(1), date ''2026-12-01'', date ''2026-12-30'')
      ), ours as (
        select staff_id, starts_at, ends_at
        from schnittwerk.find_slots(bench.id(1), date ''2026-12-01'', date ''2026-12-30'')
      )
      select count(*) from (
        (table theirs except all table ours) union all (table ours except all table theirs)
      ) d', v_function
    ) into v_differing;
    assert v_differing = 0, format('%s and find_slots differ in %s slots', v_function, v_differing);
  end loop;
end
$$;
