begin;
select plan(22);
\ir ../fixture.psql

-- Who can be booked for a haircut on a day, and what a booking at ten is told.
create function pg_temp.bookable(p_service_id uuid, p_date date)
returns text
language sql
as $$
  select coalesce(string_agg(distinct m.full_name, ' ' order by m.full_name), 'nobody')
  from schnittwerk.find_slots(p_service_id, p_date) f
  join schnittwerk_core.staff m on m.id = f.staff_id
$$;
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'Anna Ben', 'an ordinary Thursday');

create function pg_temp.told(p_key text, p_customer_id uuid, p_service_id uuid, p_staff_id uuid)
returns text
language sql
as $$
  select pg_temp.refusal(schnittwerk.create_booking(
    p_key, p_customer_id, p_service_id, '2026-12-03 10:00+01', p_staff_id))
$$;

select schnittwerk.create_holiday('Closed', '2026-12-03', p_type => 'public_holiday')
  #>> '{holiday,id}' as public_holiday \gset
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'nobody', 'a public holiday closes');
select is(
  pg_temp.told('1', :'carla', :'haircut', :'anna'), '400 holiday', 'for booking as well');

select schnittwerk.create_holiday('Closed too', '2026-12-03', p_type => 'maintenance')
  #>> '{holiday,id}' as maintenance,
  schnittwerk.create_holiday('Ben moves', '2026-12-02', p_type => 'blackout_date',
    p_affects_all_staff => false, p_staff_ids => array[:'ben'::uuid], p_end_date => '2026-12-04')
  #>> '{holiday,id}' as moving \gset
select is(
  schnittwerk.delete_holiday(:'public_holiday') ->> 'success', 'true',
  'of several on a date one goes'
);
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'nobody', 'maintenance closes on');
select is(pg_temp.told('2', :'carla', :'haircut', :'anna'), '400 holiday', 'for booking as well');
select is(
  schnittwerk.update_holiday(:'maintenance', '{"type": "blackout_date"}')
    #>> '{holiday,type}', 'blackout_date', 'it becomes a blackout date');
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'nobody', 'which closes');
select is(pg_temp.told('3', :'carla', :'haircut', :'anna'), '400 holiday', 'for booking as well');

select schnittwerk.delete_holiday(:'maintenance') \g /dev/null
select is(
  pg_temp.bookable(:'haircut', d.date), d.who, format('%s is one of Ben''s three days', d.date))
from (
  values ('2026-12-01'::date, 'Anna Ben'), ('2026-12-02', 'Anna'), ('2026-12-03', 'Anna'),
    ('2026-12-04', 'Anna'), ('2026-12-05', 'Anna Ben')
) d (date, who);
select is(
  pg_temp.told('4', :'carla', :'haircut', :'ben'), '400 staff_unavailable',
  'a holiday of some of the staff is no holiday of the salon''s');
select is(pg_temp.told('5', :'carla', :'haircut', :'anna'), null, 'whose others are booked');

-- Christmas is a date of the salon's, whatever the session's time zone.
select schnittwerk.create_holiday('Christmas Day', '2024-12-25', true, 12, 25, 'public_holiday')
\g /dev/null
select schnittwerk.set_policy('advance_booking_limit_days', '30'),
  schnittwerk.delete_holiday(:'moving') \g /dev/null
set local time zone 'Pacific/Kiritimati';
select is(pg_temp.bookable(:'haircut', '2026-12-25'), 'nobody', 'fourteen hours ahead');
select is(pg_temp.bookable(:'haircut', '2026-12-24'), 'Anna Ben', 'the day before is open');
set local time zone 'Pacific/Niue';
select is(pg_temp.bookable(:'haircut', '2026-12-25'), 'nobody', 'eleven hours behind');
select is(pg_temp.bookable(:'haircut', '2026-12-26'), 'Anna Ben', 'the day after is open');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '6', :'carla', :'haircut', '2026-12-25 09:00+01', :'anna')),
  '400 holiday', 'the first hour of the salon''s day, which there is the day before'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '7', :'carla', :'haircut', '2026-12-24 18:00+01', :'ben')),
  null, 'its last hour on Christmas Eve, which elsewhere is Christmas'
);

select * from finish();
rollback;
