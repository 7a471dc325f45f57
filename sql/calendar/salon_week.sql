create table schnittwerk_core.salon_week (
  salon_id uuid not null,
  week date not null,
  version bigint not null,
  offsets schnittwerk_core.zone_offset[] not null,
  offset_bounds timestamptz[] not null,
  clocks timestamp[] not null,
  hours tstzmultirange not null,
  closures tstzmultirange not null,
  preferred tstzmultirange not null,
  midnights timestamptz[] not null,
  constraint salon_week_pkey primary key (salon_id, week),
  constraint salon_week_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade,
  constraint salon_week_begins_on_monday check (week = schnittwerk_core.week_of(week))
);

alter table schnittwerk_core.salon_week enable row level security;

comment on table schnittwerk_core.salon_week is
  'A week of a salon''s calendar, worked out once by compute_salon_week. A row counts only while its version is the salon''s and the server''s rules for the zone are those it was computed by (clocks_agree). A week without a row that counts is computed when it is needed.';
comment on column schnittwerk_core.salon_week.salon_id is 'The salon.';
comment on column schnittwerk_core.salon_week.week is 'Its Monday.';
comment on column schnittwerk_core.salon_week.version is 'The salon_state.calendar_version that it was computed from.';
comment on column schnittwerk_core.salon_week.offsets is 'The zone''s offsets in the week and two days before and after.';
comment on column schnittwerk_core.salon_week.offset_bounds is
  'The first and the last instant of each of the offsets.';
comment on column schnittwerk_core.salon_week.clocks is
  'What the zone''s clocks showed at offset_bounds when the week was computed.';
comment on column schnittwerk_core.salon_week.hours is
  'When the salon is open, in the week and two days before and after: shifts that cross midnight keep their start, long services their end.';
comment on column schnittwerk_core.salon_week.closures is 'When it is closed for everybody, over the same days.';
comment on column schnittwerk_core.salon_week.preferred is 'Which starts of the week are preferred.';
comment on column schnittwerk_core.salon_week.midnights is
  'The first instants of the local dates of hours, ascending, also where midnight is skipped or repeated; a date that the zone skipped has none (Samoa, 30 December 2011).';

create function schnittwerk_core.week_range(p_week schnittwerk_core.salon_week)
returns tstzrange
language sql
immutable
parallel safe
return (
  select range_merge(range_agg(
    schnittwerk_core.local_range((p_week).week, (p_week).week + 7, z)))
  from unnest((p_week).offsets) z
);

comment on function schnittwerk_core.week_range(schnittwerk_core.salon_week) is
  'The week itself, from its first instant to the next week''s.';

revoke execute on function schnittwerk_core.week_range from public;

create function schnittwerk_core.compute_salon_week(p_salon_id uuid, p_week date)
returns schnittwerk_core.salon_week
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_first_date constant date := p_week - 2;
  v_last_date constant date := p_week + 8;
  v_salon schnittwerk_core.salon;
  v_week schnittwerk_core.salon_week;
begin
  select s.* into v_salon from schnittwerk_core.salon s where s.id = p_salon_id;
  v_week.salon_id := p_salon_id;
  v_week.week := p_week;
  v_week.version := (
    select z.calendar_version from schnittwerk_core.salon_state z where z.salon_id = p_salon_id
  );
  v_week.offsets := schnittwerk_core.zone_offsets(
    v_salon.time_zone, v_first_date, v_last_date
  );
  v_week.offset_bounds := schnittwerk_core.offset_bounds(v_week.offsets);
  v_week.clocks := schnittwerk_core.clocks_at(v_salon.time_zone, v_week.offset_bounds);
  v_week.hours := schnittwerk_core.opening_time(
    p_salon_id, v_first_date, v_last_date, v_week.offsets
  );
  v_week.closures := schnittwerk_core.closed_time(
    p_salon_id, v_first_date, v_last_date, v_week.offsets
  );
  v_week.preferred := (
    select range_agg(schnittwerk_core.local_range(
      p_week + d.n + v_salon.preferred_from, p_week + d.n + v_salon.preferred_until, z
    ))
    from generate_series(0, 6) d (n)
    cross join unnest(v_week.offsets) z
  );
  v_week.midnights := array(
    select min(lower(schnittwerk_core.local_range(
      v_first_date + d.n, v_first_date + d.n + 1, z
    ))) as midnight
    from generate_series(0, v_last_date - v_first_date) d (n)
    cross join unnest(v_week.offsets) z
    group by d.n
    having bool_or(not isempty(schnittwerk_core.local_range(
      v_first_date + d.n, v_first_date + d.n + 1, z)))
    order by midnight
  );
  return v_week;
end
$$;

comment on function schnittwerk_core.compute_salon_week(uuid, date) is
  'A week of a salon''s calendar from hours, special hours and holidays; p_week is its Monday.';

revoke execute on function schnittwerk_core.compute_salon_week from public;
