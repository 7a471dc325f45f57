create function schnittwerk_core.free_slots(
  p_calendar schnittwerk_core.salon_calendar,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_within tstzmultirange,
  p_interval interval
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
parallel safe
begin atomic
  select
    t.staff_id,
    s.starts_at,
    s.starts_at + d.duration,
    t.duration_minutes,
    l.local_time >= (p_calendar).preferred_from and l.local_time < (p_calendar).preferred_until,
    t.price
  from schnittwerk_core.service_terms(p_calendar, p_service_id, p_staff_ids) t
  cross join lateral (
    select
      make_interval(mins => t.duration_minutes) as duration,
      make_interval(mins => t.buffer_before_minutes) as buffer_before,
      make_interval(mins => t.duration_minutes + t.buffer_after_minutes) as until_buffer_end
  ) d
  -- A start is taken when the time it would claim overlaps a claim: ends before and after are exact.
  cross join lateral (
    select coalesce(range_agg(tstzrange(
      lower(o.during) - d.until_buffer_end, upper(o.during) + d.buffer_before, '()'
    )), '{}') as taken_starts
    from schnittwerk_core.occupancy o
    where o.salon_id = (p_calendar).salon_id and o.resource_id = t.staff_id
      and o.during && tstzrange(
        lower(p_starts_within) - d.buffer_before, upper(p_starts_within) + d.until_buffer_end, '[]'
      )
      and (o.expires_at is null or o.expires_at > (p_calendar).read_at)
  ) o
  cross join lateral unnest(schnittwerk_core.open_time(p_calendar, t.staff_id)) r (open_range)
  cross join lateral schnittwerk_core.grid_segments(r.open_range, (p_calendar).time_zone) g
  cross join lateral unnest(
    tstzmultirange(
      tstzrange(lower(r.open_range), greatest(
        lower(r.open_range), upper(r.open_range) - d.duration), '[]')
      * g.during
    ) * p_starts_within - o.taken_starts
  ) f (free_starts)
  cross join lateral generate_series(
    date_bin(p_interval, lower(f.free_starts), g.origin), upper(f.free_starts), p_interval
  ) s (starts_at)
  cross join lateral (
    select (s.starts_at at time zone (p_calendar).time_zone)::time as local_time
  ) l
  where t.is_offered
    and s.starts_at <@ f.free_starts
    and s.starts_at + d.duration <= upper(r.open_range);
end;

comment on function schnittwerk_core.free_slots(schnittwerk_core.salon_calendar, uuid, uuid[], tstzmultirange, interval) is
  'The free slots of each of the staff whose start lies in p_starts_within: ranges are subtracted once per open range, then starts are made by arithmetic on the grid. No order.';

revoke execute on function schnittwerk_core.free_slots from public;

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
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_to constant date := coalesce(p_to, p_from);
  v_calendar schnittwerk_core.salon_calendar;
  v_staff_ids uuid[];
  v_interval interval;
  v_starts_within tstzmultirange;
  v_day date := p_from;
  v_days int := 1;
  v_last_day date;
  v_missing int := p_limit;
  v_found int;
begin
  perform schnittwerk_core.require_valid(
    variadic array[
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.number_fault(
        'p_slot_interval_minutes', p_slot_interval_minutes, 1, 1440, false),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 1000000, false)
    ] || schnittwerk_core.date_range_faults(p_from, v_to, 92)
  );
  if not exists (
    select from schnittwerk_core.services v
    where v.salon_id = v_caller.salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service');
  end if;
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);

  v_staff_ids := case when p_staff_id is null
    then schnittwerk_core.performers(v_caller.salon_id, p_service_id) else array[p_staff_id] end;

  -- With a limit, look at a day, then at twice as many, …: the first free slot costs what it takes to find it.
  while v_day <= v_to loop
    v_last_day := case when p_limit is null then v_to else least(v_to, v_day + v_days - 1) end;
    v_calendar := schnittwerk_core.salon_calendar(v_caller.salon_id, v_day, v_last_day);
    -- Where starts must be on the salon's grid, a grid asked for is thinned to those that are.
    v_interval := make_interval(mins => case
      when (v_calendar.policies ->> 'require_slot_grid')::boolean
        then lcm(
          coalesce(p_slot_interval_minutes, v_calendar.slot_interval_minutes),
          v_calendar.slot_interval_minutes)
      else coalesce(p_slot_interval_minutes, v_calendar.slot_interval_minutes)
    end);
    select range_agg(
      schnittwerk_core.local_range(v_day, v_last_day + 1, z)
      * tstzrange(v_calendar.earliest_start, v_calendar.latest_start, '[]')
    )
    into v_starts_within
    from unnest(v_calendar.offsets) z
    where v_calendar.earliest_start <= v_calendar.latest_start;

    if not isempty(v_starts_within) then
      return query
      select f.staff_id, f.starts_at, f.ends_at, f.duration_minutes, f.is_preferred, f.price
      from schnittwerk_core.free_slots(
        v_calendar, p_service_id, v_staff_ids, v_starts_within, v_interval
      ) f
      order by f.starts_at, f.staff_id
      limit v_missing;
      get diagnostics v_found = row_count;
      v_missing := v_missing - v_found;
    end if;
    exit when v_missing = 0;
    v_day := v_last_day + 1;
    v_days := v_days * 2;
  end loop;
end
$$;

comment on function schnittwerk_core.find_slots(uuid, date, date, uuid, int, int, uuid) is
  'Engine of schnittwerk.find_slots.';

revoke execute on function schnittwerk_core.find_slots from public;
grant execute on function schnittwerk_core.find_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
