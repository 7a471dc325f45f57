begin;
select plan(16);
\ir ../fixture.psql
select schnittwerk.save_service('Fringe', 20, 20, p_buffer_before_minutes => 10,
  p_buffer_after_minutes => 5) #>> '{service,id}' as fringe \gset
update schnittwerk_core.services set steps = '{"(30,t)","(45,f)","(45,t)"}' where id = :'color';

-- What is lost of the free time of a day: the stretches into which no service fits, in minutes.
create function pg_temp.lost(p_staff_id uuid, p_free tstzmultirange, p_open tstzmultirange)
returns numeric
language sql
as $$
  select coalesce(sum(extract(epoch from upper(f) - lower(f)) / 60), 0)
  from unnest(p_free) f
  where not exists (
    select
    from schnittwerk_core.staff_services p
    join schnittwerk_core.services v on v.id = p.service_id
    where p.staff_id = p_staff_id
      and upper(f) - lower(f) >= make_interval(mins => v.duration_minutes
        + case when exists (select from unnest(p_open) o where lower(o) = lower(f)) then 0
          else coalesce(v.buffer_before_minutes, 0) end
        + case when exists (select from unnest(p_open) o where upper(o) = upper(f)) then 0
          else coalesce(v.buffer_after_minutes, 15) end)
  )
$$;
-- The slots whose score is not the difference that the booking makes, worked out slot by slot.
create function pg_temp.wrong_scores(p_service_id uuid, p_staff_id uuid, p_date date)
returns table (starts_at timestamptz, score numeric, expected numeric)
language sql
as $$
  select r.starts_at, r.score, e.expected
  from schnittwerk.recommend_slots(p_service_id, p_date, null, p_staff_id, null, 100) r
  join schnittwerk_core.services v on v.id = p_service_id
  cross join (
    select (w.week).open as open, (w.week).open - (
      select coalesce(range_agg(c.during), '{}') from schnittwerk_core.occupancy c
      where c.resource_id = p_staff_id) as free
    from (
      select schnittwerk_core.compute_staff_week(schnittwerk_core.compute_salon_week(
        v.salon_id, schnittwerk_core.week_of(p_date)), p_staff_id) as week
      from schnittwerk_core.services v where v.id = p_service_id
    ) w
  ) t
  cross join lateral (
    select pg_temp.lost(p_staff_id, t.free, t.open) - pg_temp.lost(p_staff_id, t.free - (
      select range_agg(c.during)
      from schnittwerk_core.claims_of(
        p_staff_id, r.starts_at, r.ends_at, coalesce(v.buffer_before_minutes, 0),
        coalesce(v.buffer_after_minutes, 15), v.steps, null) c
    ), t.open) as expected
  ) e
  where r.score <> e.expected
$$;
create function pg_temp.scores(p_service_id uuid, p_staff_id uuid, p_date date)
returns text
language sql
as $$
  select string_agg(to_char(r.starts_at at time zone 'Europe/Zurich', 'HH24:MI ') || r.score, ', ')
  from schnittwerk.recommend_slots(p_service_id, p_date, null, p_staff_id, null, 4) r
$$;

-- Ben performs haircuts only, and a day is open from 9 to 18.
select is(
  pg_temp.scores(:'haircut', :'ben', '2026-12-02'), '09:00 0, 10:15 0, 10:30 0, 10:45 0',
  'an empty day loses nothing at its start and where a haircut fits before'
);
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 12:00+01', :'ben')
\g /dev/null
select is(
  pg_temp.scores(:'haircut', :'ben', '2026-12-02'), '09:00 0, 10:45 0, 13:15 0, 14:30 0',
  'slots beside another appointment lose nothing'
);
select is(
  (select r.score from schnittwerk.recommend_slots(
    :'haircut', '2026-12-02', null, :'ben', null, 100) r
   where r.starts_at = '2026-12-02 09:45+01'), -105::numeric,
  'a slot in the middle loses what is left on both sides'
);
select is_empty(
  format('select * from pg_temp.wrong_scores(%L, %L, %L)', :'haircut', :'ben', '2026-12-02'),
  'the scores of a haircut are what is lost of the day'
);
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'fringe')))
\g /dev/null
select isnt(
  pg_temp.scores(:'haircut', :'ben', '2026-12-02'), '09:00 0, 10:45 0, 13:15 0, 14:30 0',
  'a shorter service that the member of staff performs makes less time lost'
);
select is_empty(
  format('select * from pg_temp.wrong_scores(%L, %L, %L)', service, :'ben', '2026-12-02'),
  'the scores are what is lost of the day for ' || description)
from (
  values (:'fringe'::uuid, 'a service with buffers on both sides'),
    (:'haircut', 'a service beside a shorter one')
) t (service, description);

-- Anna has a break, and a colour with a gap that others may use.
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'color'),
  jsonb_build_object('service_id', :'fringe'))) \g /dev/null
select schnittwerk.create_booking('2', :'carla', :'color', '2026-12-02 13:30+01', :'anna'),
  schnittwerk.create_booking('3', :'dora', :'fringe', '2026-12-03 14:10+01', :'anna') \g /dev/null
select is_empty(
  format('select * from pg_temp.wrong_scores(%L, %L, %L)', service, :'anna', date),
  'the scores are what is lost for ' || description)
from (
  values
    (:'fringe'::uuid, '2026-12-02', 'a service in the gap of another'),
    (:'haircut', '2026-12-02', 'a service around a gap'),
    (:'color', '2026-12-03', 'a service whose gap holds another'),
    (:'color', '2026-12-04', 'a service with a gap on an empty day')
) t (service, date, description);
select is(
  (select count(*) > 5 and bool_or(r.score < 0) from schnittwerk.recommend_slots(
    :'color', '2026-12-03', null, :'anna', null, 100) r), true,
  'a colour around another appointment is recommended with and without loss'
);

-- A gap into which nothing fits, and a service whose later steps fit into time that is lost anyway.
select schnittwerk.save_service('Perm', 100, 90, p_buffer_after_minutes => 0) #>> '{service,id}'
  as perm \gset
update schnittwerk_core.services
set steps = '{"(10,t)","(60,f)","(10,t)","(10,f)","(10,t)"}' where id = :'perm';
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'color'),
  jsonb_build_object('service_id', :'perm'))) \g /dev/null
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, buffer_before_minutes,
  buffer_after_minutes
)
select :'salon', :'dora', :'anna', :'haircut', a.starts_at, a.starts_at + interval '45 minutes', 75,
  0, 0
from (
  values (timestamptz '2026-12-08 14:00+01'), ('2026-12-08 15:25+01')
) a (starts_at);
select is_empty(
  format('select * from pg_temp.wrong_scores(%L, %L, %L)', service, :'anna', date),
  'the scores are what is lost for ' || description)
from (
  values
    (:'color'::uuid, '2026-12-09', 'a gap into which no service fits'),
    (:'perm', '2026-12-08', 'steps in time that is lost anyway')
) t (service, date, description);
select is(
  (select array_agg(distinct r.score) from schnittwerk.recommend_slots(
    :'color', '2026-12-09', null, :'anna', null, 100) r where r.starts_at = '2026-12-09 09:00+01'),
  array[-90]::numeric[], 'a gap into which no service fits is lost'
);
select is(
  (select r.score from schnittwerk.recommend_slots(
    :'perm', '2026-12-08', null, :'anna', null, 100) r where r.starts_at = '2026-12-08 13:45+01'),
  30::numeric, 'time that is lost anyway is gained by steps that use it'
);

select * from finish();
rollback;
