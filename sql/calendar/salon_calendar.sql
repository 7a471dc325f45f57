create type schnittwerk_core.salon_calendar as (
  salon_id uuid,
  time_zone text,
  version bigint,
  read_at timestamptz,
  first_week date,
  last_week date,
  hours tstzmultirange,
  closures tstzmultirange,
  policies jsonb,
  limit_days int,
  earliest_start timestamptz,
  latest_start timestamptz,
  buffer_time_minutes int,
  slot_interval_minutes int
);

comment on type schnittwerk_core.salon_calendar is
  'All that a request needs to know of a salon''s time, read once: settings and policies as they hold, and opening hours and closures as instants over the weeks from first_week to last_week (their Mondays). version: that of the first week''s salon_week; null if the week was computed.';

create function schnittwerk_core.limit_days(p_max_advance_booking_days int, p_policies jsonb)
returns int
language sql
immutable
parallel safe
return least(
  p_max_advance_booking_days, (p_policies ->> 'advance_booking_limit_days')::int
);

comment on function schnittwerk_core.limit_days(int, jsonb) is
  'How many days ahead a salon can be booked: the stricter of its setting and its policy.';

revoke execute on function schnittwerk_core.limit_days from public;

create function schnittwerk_core.earliest_start(p_now timestamptz, p_policies jsonb)
returns timestamptz
language sql
stable
parallel safe
return p_now + make_interval(
  secs => 3600 * (p_policies ->> 'minimum_booking_notice_hours')::float8
);

comment on function schnittwerk_core.earliest_start(timestamptz, jsonb) is
  'The first instant that can be booked now; notice counts elapsed time.';

revoke execute on function schnittwerk_core.earliest_start from public;

create function schnittwerk_core.latest_start(p_now timestamptz, p_limit_days int)
returns timestamptz
language sql
stable
parallel safe
return p_now + make_interval(hours => 24 * p_limit_days);

comment on function schnittwerk_core.latest_start(timestamptz, int) is
  'The last instant that can be booked now; the horizon counts elapsed time.';

revoke execute on function schnittwerk_core.latest_start from public;

create function schnittwerk_core.week_calendar(
  p_salon_id uuid, p_week date default null, p_starts_at timestamptz default null
)
returns schnittwerk_core.salon_calendar
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  v_calendar schnittwerk_core.salon_calendar;
begin
  select
    s.id, s.time_zone, k.version, v_now, d.week, d.week,
    coalesce(k.hours, (c.week).hours), coalesce(k.closures, (c.week).closures), z.policies,
    l.limit_days,
    schnittwerk_core.earliest_start(v_now, z.policies),
    schnittwerk_core.latest_start(v_now, l.limit_days),
    s.buffer_time_minutes, s.slot_interval_minutes
  into v_calendar
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  cross join lateral (
    select schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies) as limit_days
  ) l
  cross join lateral (
    select coalesce(
      p_week, schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date)) as week
  ) d
  left join schnittwerk_core.salon_week k
    on k.salon_id = s.id and k.week = d.week and k.version = z.calendar_version
    and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks)
  cross join lateral (
    select case when k.salon_id is null
      then schnittwerk_core.compute_salon_week(s.id, d.week) end as week
    offset 0
  ) c
  where s.id = p_salon_id;
  return v_calendar;
end
$$;

comment on function schnittwerk_core.week_calendar(uuid, date, timestamptz) is
  'A salon''s calendar of a week, given by its Monday or by a start in it.';

revoke execute on function schnittwerk_core.week_calendar from public;

create function schnittwerk_core.salon_calendar(p_salon_id uuid, p_from date, p_until date)
returns schnittwerk_core.salon_calendar
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_calendar schnittwerk_core.salon_calendar :=
    schnittwerk_core.week_calendar(p_salon_id, schnittwerk_core.week_of(p_from));
begin
  v_calendar.last_week := schnittwerk_core.week_of(p_until);
  if v_calendar.last_week > v_calendar.first_week then
    select v_calendar.hours + range_agg((c.week).hours),
      v_calendar.closures + range_agg((c.week).closures)
    into v_calendar.hours, v_calendar.closures
    from schnittwerk_core.salon_state z
    cross join generate_series(7, v_calendar.last_week - v_calendar.first_week, 7) d (n)
    left join schnittwerk_core.salon_week k
      on k.salon_id = p_salon_id and k.week = v_calendar.first_week + d.n
      and k.version = z.calendar_version
      and schnittwerk_core.clocks_agree(v_calendar.time_zone, k.offset_bounds, k.clocks)
    cross join lateral (
      select coalesce(
        k, schnittwerk_core.compute_salon_week(p_salon_id, v_calendar.first_week + d.n)) as week
      offset 0
    ) c
    where z.salon_id = p_salon_id;
  end if;
  return v_calendar;
end
$$;

comment on function schnittwerk_core.salon_calendar(uuid, date, date) is
  'A salon''s calendar for the local dates from p_from to p_until, with the hours and closures of at least two days before and after.';

revoke execute on function schnittwerk_core.salon_calendar from public;
