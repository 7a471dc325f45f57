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
