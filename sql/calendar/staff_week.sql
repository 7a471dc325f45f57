create table schnittwerk_core.staff_week (
  salon_id uuid not null,
  staff_id uuid not null,
  week date not null,
  salon_version bigint not null,
  staff_version bigint not null,
  working tstzmultirange not null,
  open tstzmultirange not null,
  grid_origins timestamptz[] not null,
  open_minutes int[] not null,
  constraint staff_week_pkey primary key (salon_id, staff_id, week),
  constraint staff_week_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint staff_week_begins_on_monday check (week = schnittwerk_core.week_of(week))
);

alter table schnittwerk_core.staff_week enable row level security;

comment on table schnittwerk_core.staff_week is
  'A week of the open time of a member of staff, worked out once by compute_staff_week. A row counts only while its versions are the salon''s and theirs and the salon_week that it was computed from counts. A week without a row that counts is computed when it is needed.';
comment on column schnittwerk_core.staff_week.salon_id is 'The salon.';
comment on column schnittwerk_core.staff_week.staff_id is 'The member of staff.';
comment on column schnittwerk_core.staff_week.week is 'Its Monday.';
comment on column schnittwerk_core.staff_week.salon_version is 'The salon_state.calendar_version that it was computed from.';
comment on column schnittwerk_core.staff_week.staff_version is 'The staff.calendar_version that it was computed from.';
comment on column schnittwerk_core.staff_week.working is 'When they work, over the days of salon_week.hours.';
comment on column schnittwerk_core.staff_week.open is
  'The ranges of opening hours − closures, within the hours that they work, that touch the week; each range is whole.';
comment on column schnittwerk_core.staff_week.grid_origins is
  'Where slots start counting within open, ascending: at the start of each range. A range of more than 24 hours (open around the clock) starts anew at every local midnight, so that the grid does not depend on how far back one looks.';

comment on column schnittwerk_core.staff_week.open_minutes is
  'The minutes of open on each local date of the week, from Monday.';

create function schnittwerk_core.compute_staff_week(
  p_week schnittwerk_core.salon_week, p_staff_id uuid
)
returns schnittwerk_core.staff_week
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_week schnittwerk_core.staff_week;
begin
  v_week.salon_id := p_week.salon_id;
  v_week.staff_id := p_staff_id;
  v_week.week := p_week.week;
  v_week.salon_version := p_week.version;
  v_week.staff_version := (
    select m.calendar_version
    from schnittwerk_core.staff m
    where m.salon_id = p_week.salon_id and m.id = p_staff_id
  );
  v_week.working := schnittwerk_core.working_time(
    p_week.salon_id, p_staff_id, p_week.week - 2, p_week.week + 8, p_week.offsets
  );
  select coalesce(range_agg(r.open_range), '{}')
  into v_week.open
  from unnest((p_week.hours - p_week.closures) * v_week.working) r (open_range)
  where r.open_range && schnittwerk_core.week_range(p_week);
  v_week.grid_origins := array(
    select lower(r.open_range) as origin
    from unnest(v_week.open) r (open_range)
    union
    select m.midnight
    from unnest(v_week.open) r (open_range)
    join unnest(p_week.midnights) m (midnight) on r.open_range @> m.midnight
    where upper(r.open_range) - lower(r.open_range) > interval '24 hours'
    order by origin
  );
  v_week.open_minutes := array(
    select coalesce(sum(extract(epoch from upper(o.during) - lower(o.during))) / 60, 0)::int
    from generate_series(0, 6) d (n)
    left join (
      select
        l.n, unnest(v_week.open * tstzmultirange(l.during)) as during
      from (
        select
          i.n, schnittwerk_core.local_range(p_week.week + i.n, p_week.week + i.n + 1, z) as during
        from generate_series(0, 6) i (n)
        cross join unnest(p_week.offsets) z
      ) l
    ) o on o.n = d.n
    group by d.n
    order by d.n
  );
  return v_week;
end
$$;

comment on function schnittwerk_core.compute_staff_week(schnittwerk_core.salon_week, uuid) is
  'A week of the open time of a member of staff: opening hours − closures, within the hours that they work. An appointment must lie inside one range of it.';

revoke execute on function schnittwerk_core.compute_staff_week from public;
