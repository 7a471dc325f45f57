create function schnittwerk_core.keep_weeks(p_salon_id uuid, p_staff_id uuid default null)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_first_week date;
  v_last_week date;
begin
  select
    schnittwerk_core.week_of((schnittwerk_core.clock() at time zone s.time_zone)::date),
    schnittwerk_core.week_of((
      schnittwerk_core.latest_start(
        schnittwerk_core.clock(),
        -- At most a quarter: later weeks are rarely asked for, and each change would recompute them.
        least(91, schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies))
      ) at time zone s.time_zone
    )::date + 7)
  into v_first_week, v_last_week
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  where s.id = p_salon_id;
  if not found then
    return; -- the same transaction changed and deleted the salon
  end if;

  if not exists (
    select from schnittwerk_core.salon_zone k
    join schnittwerk_core.salon s on s.id = k.salon_id and s.time_zone = k.time_zone
    where k.salon_id = p_salon_id
  ) then
    perform schnittwerk_core.keep_zone(p_salon_id);
  end if;

  delete from schnittwerk_core.salon_week k
  where k.salon_id = p_salon_id and k.week < v_first_week;
  delete from schnittwerk_core.staff_week k
  where k.salon_id = p_salon_id and k.week < v_first_week
    and (p_staff_id is null or k.staff_id = p_staff_id);

  -- A row computed before a concurrent change has an old version and does not count, even if it is
  -- written last. So no writer needs to wait.
  insert into schnittwerk_core.salon_week as k
  select (c.week).*
  from (
    select v_first_week + d.n as week
    from schnittwerk_core.salon_state z
    cross join generate_series(0, v_last_week - v_first_week, 7) d (n)
    where z.salon_id = p_salon_id
      and not exists (
        select from schnittwerk_core.salon_week k
        where k.salon_id = p_salon_id and k.week = v_first_week + d.n
          and k.version = z.calendar_version
      )
    order by d.n
  ) m
  cross join lateral (
    select schnittwerk_core.compute_salon_week(p_salon_id, m.week) as week
    offset 0
  ) c
  on conflict (salon_id, week) do update
  set
    version = excluded.version, offsets = excluded.offsets,
    offset_bounds = excluded.offset_bounds, clocks = excluded.clocks, hours = excluded.hours,
    closures = excluded.closures, preferred = excluded.preferred,
    midnights = excluded.midnights
  -- Keeps a row of the same version: weeks of staff were computed from it, perhaps by other rules
  -- for the zone than this connection has.
  where k.version < excluded.version;

  insert into schnittwerk_core.staff_week as k
  select (c.week).*
  from (
    select w as salon_week, m.id as staff_id
    from schnittwerk_core.salon_state z
    join schnittwerk_core.salon_week w
      on w.salon_id = z.salon_id and w.version = z.calendar_version
      and w.week between v_first_week and v_last_week
    join schnittwerk_core.staff m
      on m.salon_id = z.salon_id and (p_staff_id is null or m.id = p_staff_id)
    where z.salon_id = p_salon_id
      and not exists (
        select from schnittwerk_core.staff_week k
        where k.salon_id = p_salon_id and k.staff_id = m.id and k.week = w.week
          and k.salon_version = z.calendar_version and k.staff_version = m.calendar_version
      )
    order by m.id, w.week
  ) m
  cross join lateral (
    select schnittwerk_core.compute_staff_week(m.salon_week, m.staff_id) as week
    offset 0
  ) c
  on conflict (salon_id, staff_id, week) do update
  set
    salon_version = excluded.salon_version, staff_version = excluded.staff_version,
    working = excluded.working, open = excluded.open, grid_origins = excluded.grid_origins,
    open_minutes = excluded.open_minutes;
end
$$;

comment on function schnittwerk_core.keep_weeks(uuid, uuid) is
  'Computes the weeks of a salon and its staff that are missing or out of date, from this week to the end of the horizon, but at most a quarter ahead. Deletes past weeks. p_staff_id: null means all staff.';

revoke execute on function schnittwerk_core.keep_weeks from public;

-- Definer: a deferred trigger runs when the transaction ends, with the rights of its caller.
create function schnittwerk_core.keep_weeks_of_salon()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Only the last change of a transaction computes the weeks.
  perform schnittwerk_core.keep_weeks(z.salon_id)
  from schnittwerk_core.salon_state z
  where z.salon_id = new.salon_id
    and (z.calendar_version, z.policies) = (new.calendar_version, new.policies);
  return null;
end
$$;

comment on function schnittwerk_core.keep_weeks_of_salon() is
  'Recomputes a salon''s weeks when a transaction that changed what they follow from ends.';

revoke execute on function schnittwerk_core.keep_weeks_of_salon from public;

create constraint trigger salon_state_keep_weeks
after update on schnittwerk_core.salon_state
deferrable initially deferred
for each row
when (
  (old.calendar_version, old.policies -> 'advance_booking_limit_days')
  <> (new.calendar_version, new.policies -> 'advance_booking_limit_days')
)
execute function schnittwerk_core.keep_weeks_of_salon();

create function schnittwerk_core.keep_weeks_of_staff()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.keep_weeks(m.salon_id, m.id)
  from schnittwerk_core.staff m
  where m.salon_id = new.salon_id and m.id = new.id
    and m.calendar_version = new.calendar_version;
  return null;
end
$$;

comment on function schnittwerk_core.keep_weeks_of_staff() is
  'Recomputes the weeks of a member of staff when a transaction that changed what they follow from ends.';

revoke execute on function schnittwerk_core.keep_weeks_of_staff from public;

create constraint trigger staff_keep_weeks_when_changed
after update on schnittwerk_core.staff
deferrable initially deferred
for each row
when (old.calendar_version <> new.calendar_version)
execute function schnittwerk_core.keep_weeks_of_staff();

create constraint trigger staff_keep_weeks_when_new
after insert on schnittwerk_core.staff
deferrable initially deferred
for each row execute function schnittwerk_core.keep_weeks_of_staff();
