begin;
select plan(26);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../refused.psql
-- Carla comes to Ben on Wednesdays at 15, once to Anna; what was cancelled or missed does not count.
select schnittwerk.set_policy('late_entry_hours', '168'),
  schnittwerk.set_business_settings('{"preferred_hours": {"start_time": "16:00", "end_time": "17:00"}}')
\g /dev/null
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price
)
select :'salon', :'carla', a.staff_id, :'haircut', a.starts_at, a.starts_at + interval '1 hour',
  a.status, 75
from (
  values
    (:'ben'::uuid, timestamptz '2026-11-04 15:15+01', 'completed'),
    (:'ben', '2026-11-11 15:45+01', 'completed'),
    (:'anna', '2026-11-19 11:00+01', 'completed'),
    (:'anna', '2026-11-20 09:00+01', 'no_show'),
    (:'anna', '2026-11-27 09:00+01', 'cancelled'),
    (:'anna', '2026-11-28 09:00+01', 'cancelled')
) a (staff_id, starts_at, status);

create function pg_temp.best(
  p_from date, p_to date, p_staff_id uuid, p_customer_id uuid, p_limit int default 5
)
returns text
language sql
as $$
  select string_agg(concat_ws(' ', to_char(r.starts_at at time zone 'Europe/Zurich', 'DD HH24:MI'),
    (select s.full_name from schnittwerk.list_staff() s where s.id = r.staff_id), r.score,
    array_to_string(r.reasons, ' ')), e'\n' order by r.n)
  from schnittwerk.recommend_slots(
    (select v.id from schnittwerk.list_services() v where v.name = 'Haircut'),
    p_from, p_to, p_staff_id, p_customer_id, p_limit)
    with ordinality r (staff_id, starts_at, ends_at, duration_minutes, is_preferred, price, score,
      reasons, n)
$$;

select is(
  pg_temp.best('2026-12-02', '2026-12-02', null, null, 3),
  e'02 09:00 Anna 0 no_time_lost soonest\n02 09:00 Ben 0 no_time_lost soonest\n'
  '02 10:15 Ben 0 no_time_lost',
  'without a customer what loses no time is first, then by start and member of staff'
);
select is(
  pg_temp.best('2026-12-02', '2026-12-02', null, :'dora', 3),
  pg_temp.best('2026-12-02', '2026-12-02', null, null, 3),
  'a customer who has never come has no habits'
);
select is(
  pg_temp.best('2026-12-01', '2026-12-03', null, :'carla', 1),
  '02 15:00 Ben 40 no_time_lost usual_staff usual_weekday usual_hour',
  'a customer''s usual staff, weekday and hour are first'
);
select is(
  (select string_agg(distinct r.score || ' ' || array_to_string(r.reasons, ' '), ', ')
    from schnittwerk.recommend_slots(:'haircut', '2026-12-03', null, null, :'carla', 100) r
    where r.starts_at in ('2026-12-03 09:00+01', '2026-12-03 15:00+01')),
  '0 no_time_lost soonest, 10 no_time_lost usual_hour, 20 no_time_lost usual_staff soonest,'
  ' 30 no_time_lost usual_staff usual_hour',
  'each habit adds its minutes'
);
select is(
  (select string_agg(distinct r.reasons::text, ' ') from schnittwerk.recommend_slots(
      :'haircut', '2026-12-02', null, :'ben', null, 100) r where r.is_preferred),
  '{no_time_lost,preferred_hours} {preferred_hours}', 'preferred hours are told'
);
select is(
  (select count(*) from schnittwerk.recommend_slots(
      :'haircut', '2026-12-02', null, :'ben', null, 100) r
    where ('preferred_hours' = any (r.reasons)) <> r.is_preferred
      or ('soonest' = any (r.reasons)) <> (r.starts_at = '2026-12-02 09:00+01')
      or ('no_time_lost' = any (r.reasons)) <> (r.score >= 0)), 0::bigint,
  'preferred_hours, soonest and no_time_lost are given where they hold and only there'
);
select is(
  (select count(*) from schnittwerk.recommend_slots(
      :'haircut', '2026-12-02', '2026-12-03', null, :'carla', 100) r
    where to_jsonb(r) - '{score,reasons}'::text[] not in (
      select to_jsonb(s) from schnittwerk.find_slots(:'haircut', '2026-12-02', '2026-12-03') s)),
  0::bigint, 'only slots that find_slots lists are recommended, with its columns'
);
select is(
  (select array_agg(r.n order by r.score desc, r.starts_at, r.staff_id)
      = array_agg(r.n order by r.n)
    from schnittwerk.recommend_slots(:'haircut', '2026-12-02', '2026-12-03', null, :'carla', 100)
      with ordinality r (staff_id, starts_at, ends_at, duration_minutes, is_preferred, price, score,
        reasons, n)), true,
  'slots come by score, then by start, then by member of staff'
);
select is(
  (select count(*) from schnittwerk.recommend_slots(:'haircut', '2026-12-02')), 5::bigint,
  'five slots are recommended unless told otherwise'
);
select is(
  (select count(*) from schnittwerk.recommend_slots(:'haircut', '2026-12-06')), 0::bigint,
  'nothing is recommended on a closed day'
);

-- Half of the last ten makes a habit.
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-10 11:00+01', :'anna')
\g /dev/null
select is(
  (select string_agg(to_char(r.starts_at at time zone 'Europe/Zurich', 'DD HH24:MI ') || r.score, ', '
      order by r.starts_at, r.staff_id)
    from schnittwerk.recommend_slots(:'haircut', '2026-12-08', '2026-12-10', null, :'carla', 100) r
    where r.starts_at in ('2026-12-08 09:00+01', '2026-12-09 09:00+01', '2026-12-10 09:00+01')),
  '08 09:00 20, 08 09:00 20, 09 09:00 30, 09 09:00 30, 10 09:00 30',
  'two halves are two habits, also with an appointment to come'
);
select is(
  (select count(*) from schnittwerk.recommend_slots(
      :'haircut', '2026-12-10', null, :'ben', :'carla', 100) r
    where tstzrange(r.starts_at, r.ends_at) && '[2026-12-10 11:00+01,2026-12-10 12:00+01)'),
  0::bigint, 'slots during the customer''s own appointments are left out'
);
select schnittwerk.set_policy('prevent_customer_overlap', 'false') \g /dev/null
select isnt(
  (select count(*) from schnittwerk.recommend_slots(
      :'haircut', '2026-12-10', null, :'ben', :'carla', 100) r
    where tstzrange(r.starts_at, r.ends_at) && '[2026-12-10 11:00+01,2026-12-10 12:00+01)'),
  0::bigint, 'a policy recommends slots during the customer''s own appointments'
);
select schnittwerk.set_policy('prevent_customer_overlap', 'true') \g /dev/null
select isnt(
  (select count(*) from schnittwerk.recommend_slots(
      :'haircut', '2026-12-10', null, :'ben', :'dora', 100) r
    where tstzrange(r.starts_at, r.ends_at) && '[2026-12-10 11:00+01,2026-12-10 12:00+01)'),
  0::bigint, 'slots during another customer''s appointments are recommended'
);

-- Time that has passed is nobody's to lose.
select schnittwerk.set_policy('minimum_booking_notice_hours', '0') \g /dev/null
select pg_temp.now_is('2026-12-02 13:00+01') \g /dev/null
select is(
  (select string_agg(r.score::text, ' ' order by r.starts_at) from schnittwerk.recommend_slots(
      :'haircut', '2026-12-02', null, :'ben', null, 100) r
    where r.starts_at between '2026-12-02 13:00+01' and '2026-12-02 14:30+01'),
  '0 -15 -30 -45 -60 0 0', 'the time before a slot counts from now on'
);
select pg_temp.now_is('2026-12-01 08:00+01') \g /dev/null

-- Who may ask for whom.
select is(
  pg_temp.who_may(format(
    $$select count(*) from schnittwerk.recommend_slots(%L, '2026-12-02')$$, :'haircut')),
  'anonymous nobody stranger customer staff receptionist admin service',
  'everybody may ask without a customer'
);
select is(
  pg_temp.who_may(format(
    $$select count(*) from schnittwerk.recommend_slots(%L, '2026-12-02', p_customer_id => %L)$$,
    :'haircut', :'carla')),
  'anonymous(not_found) nobody(not_found) stranger(not_found) customer staff receptionist admin'
  ' service', 'only the customer and the salon team may ask for a customer'
);
select is(
  pg_temp.who_may(format(
    $$select count(*) from schnittwerk.recommend_slots(%L, '2026-12-02', p_customer_id => %L)$$,
    :'haircut', :'dora')),
  'anonymous(not_found) nobody(not_found) stranger(not_found) customer(not_found) staff'
  ' receptionist admin service', 'a customer does not learn the habits of another'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.refused(format('select schnittwerk.recommend_slots(%s)', arguments)), refused,
  'slots are refused for ' || description)
from (
  values
    (format('%L, null', :'haircut'), '400 invalid_input: p_from, p_to', 'a missing date'),
    (format('null, %L, p_limit => 101', '2026-12-02'),
      '400 invalid_input: p_service_id, p_limit', 'a missing service and too high a limit'),
    (format('%L, %L, p_limit => null', :'haircut', '2026-12-02'), '400 invalid_input: p_limit',
      'no limit'),
    (format('%L, %L, %L', :'haircut', '2026-12-02', '2027-03-05'), '400 invalid_input: p_to',
      'more than 92 days'),
    (format('%L, %L', :'carla', '2026-12-02'), '404 not_found', 'an unknown service'),
    (format('%L, %L, p_staff_id => %L', :'haircut', '2026-12-02', :'carla'), '404 not_found',
      'an unknown member of staff'),
    (format('%L, %L, p_customer_id => %L', :'haircut', '2026-12-02', :'anna'), '404 not_found',
      'an unknown customer')
) t (arguments, refused, description);
select schnittwerk.save_salon('Second', 'Europe/Zurich') \g /dev/null
select is(
  pg_temp.refused(format('select schnittwerk.recommend_slots(%L, %L)', :'haircut', '2026-12-02')),
  '400 salon_required', 'the salon must be named where there are several'
);

select * from finish();
rollback;
