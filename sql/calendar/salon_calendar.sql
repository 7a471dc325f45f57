create type schnittwerk_core.salon_calendar as (
  salon_id uuid,
  time_zone text,
  read_at timestamptz,
  first_date date,
  last_date date,
  offsets schnittwerk_core.zone_offset[],
  hours tstzmultirange,
  closures tstzmultirange,
  policies jsonb,
  limit_days int,
  earliest_start timestamptz,
  latest_start timestamptz,
  buffer_time_minutes int,
  slot_interval_minutes int,
  preferred_from time,
  preferred_until time
);

comment on type schnittwerk_core.salon_calendar is
  'All that a request needs to know of a salon''s time, read once: settings and policies as they hold, opening hours and closures as instants over the local dates from first_date to last_date.';

create function schnittwerk_core.salon_calendar(p_salon_id uuid, p_from date, p_until date)
returns schnittwerk_core.salon_calendar
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  -- Two days more on both sides: shifts that cross midnight keep their start, long services their end.
  v_first_date constant date := p_from - 2;
  v_last_date constant date := p_until + 2;
  v_salon schnittwerk_core.salon;
  v_policies jsonb;
  v_calendar schnittwerk_core.salon_calendar;
begin
  select s.* into v_salon from schnittwerk_core.salon s where s.id = p_salon_id;
  v_policies := schnittwerk_core.effective_policies(p_salon_id);

  v_calendar.salon_id := v_salon.id;
  v_calendar.time_zone := v_salon.time_zone;
  v_calendar.read_at := schnittwerk_core.clock();
  v_calendar.first_date := v_first_date;
  v_calendar.last_date := v_last_date;
  v_calendar.offsets := schnittwerk_core.zone_offsets(
    v_salon.time_zone, v_first_date, v_last_date
  );
  v_calendar.hours := (
    select coalesce(range_agg(
      schnittwerk_core.local_range(w.date + w.start_time, w.date + w.end_time, z)
    ), '{}')
    from schnittwerk_core.opening_windows(p_salon_id, v_first_date, v_last_date) w
    cross join unnest(v_calendar.offsets) z
  );
  v_calendar.closures := (
    select coalesce(range_agg(schnittwerk_core.local_range(h.date, h.date + 1, z)), '{}')
    from schnittwerk_core.holiday_dates(p_salon_id, v_first_date, v_last_date) h
    cross join unnest(v_calendar.offsets) z
    where h.affects_all_staff
  );
  v_calendar.policies := v_policies;
  v_calendar.limit_days := least(
    v_salon.max_advance_booking_days, (v_policies ->> 'advance_booking_limit_days')::int
  );
  v_calendar.earliest_start := v_calendar.read_at + make_interval(
    secs => 3600 * (v_policies ->> 'minimum_booking_notice_hours')::float8
  );
  v_calendar.latest_start := v_calendar.read_at + make_interval(
    hours => 24 * v_calendar.limit_days
  );
  v_calendar.buffer_time_minutes := v_salon.buffer_time_minutes;
  v_calendar.slot_interval_minutes := v_salon.slot_interval_minutes;
  v_calendar.preferred_from := v_salon.preferred_from;
  v_calendar.preferred_until := v_salon.preferred_until;
  return v_calendar;
end
$$;

comment on function schnittwerk_core.salon_calendar(uuid, date, date) is
  'A salon''s calendar for requests about the local dates from p_from to p_until (two days more are read on both sides). Notice and horizon count elapsed time.';

revoke execute on function schnittwerk_core.salon_calendar from public;
