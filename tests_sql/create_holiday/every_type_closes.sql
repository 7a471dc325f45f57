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
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'Anna Ben',
  'on an ordinary Thursday all staff can be booked');

create function pg_temp.told(p_key text, p_customer_id uuid, p_service_id uuid, p_staff_id uuid)
returns text
language sql
as $$
  select pg_temp.refusal(schnittwerk.create_booking(
    p_key, p_customer_id, p_service_id, '2026-12-03 10:00+01', p_staff_id))
$$;

select schnittwerk.create_holiday('Closed', '2026-12-03', p_type => 'public_holiday')
  #>> '{holiday,id}' as public_holiday \gset
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'nobody',
  'on a public holiday nobody can be booked');
select is(
  pg_temp.told('1', :'carla', :'haircut', :'anna'), '400 holiday',
  'a booking on a public holiday is refused');

select schnittwerk.create_holiday('Closed too', '2026-12-03', p_type => 'maintenance')
  #>> '{holiday,id}' as maintenance,
  schnittwerk.create_holiday('Ben moves', '2026-12-02', p_type => 'blackout_date',
    p_affects_all_staff => false, p_staff_ids => array[:'ben'::uuid], p_end_date => '2026-12-04')
  #>> '{holiday,id}' as moving \gset
select is(
  schnittwerk.delete_holiday(:'public_holiday') ->> 'success', 'true',
  'one of several holidays on a date can be deleted'
);
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'nobody',
  'on a maintenance day nobody can be booked');
select is(pg_temp.told('2', :'carla', :'haircut', :'anna'), '400 holiday',
  'a booking on a maintenance day is refused');
select is(
  schnittwerk.update_holiday(:'maintenance', '{"type": "blackout_date"}')
    #>> '{holiday,type}', 'blackout_date', 'a maintenance day can become a blackout date');
select is(pg_temp.bookable(:'haircut', '2026-12-03'), 'nobody',
  'on a blackout date nobody can be booked');
select is(pg_temp.told('3', :'carla', :'haircut', :'anna'), '400 holiday',
  'a booking on a blackout date is refused');

select schnittwerk.delete_holiday(:'maintenance') \g /dev/null
select is(
  pg_temp.bookable(:'haircut', d.date), d.who,
  format('with a holiday of Ben''s from 2 to 4 December, bookable on %s: %s', d.date, d.who))
from (
  values ('2026-12-01'::date, 'Anna Ben'), ('2026-12-02', 'Anna'), ('2026-12-03', 'Anna'),
    ('2026-12-04', 'Anna'), ('2026-12-05', 'Anna Ben')
) d (date, who);
select is(
  pg_temp.told('4', :'carla', :'haircut', :'ben'), '400 staff_unavailable',
  'a booking on a holiday of the staff is refused as staff_unavailable');
select is(pg_temp.told('5', :'carla', :'haircut', :'anna'), null,
  'other staff are booked on a holiday of some staff');

-- Christmas is a date of the salon's, whatever the session's time zone.
select schnittwerk.create_holiday('Christmas Day', '2024-12-25', true, 12, 25, 'public_holiday')
\g /dev/null
select schnittwerk.set_policy('advance_booking_limit_days', '30'),
  schnittwerk.delete_holiday(:'moving') \g /dev/null
set local time zone 'Pacific/Kiritimati';
select is(pg_temp.bookable(:'haircut', '2026-12-25'), 'nobody',
  'a session in Kiritimati finds nobody bookable on Christmas Day');
select is(pg_temp.bookable(:'haircut', '2026-12-24'), 'Anna Ben',
  'a session in Kiritimati finds Christmas Eve bookable');
set local time zone 'Pacific/Niue';
select is(pg_temp.bookable(:'haircut', '2026-12-25'), 'nobody',
  'a session in Niue finds nobody bookable on Christmas Day');
select is(pg_temp.bookable(:'haircut', '2026-12-26'), 'Anna Ben',
  'a session in Niue finds the day after Christmas Day bookable');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '6', :'carla', :'haircut', '2026-12-25 09:00+01', :'anna')),
  '400 holiday', 'Christmas morning is closed although it is Christmas Eve in Niue'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '7', :'carla', :'haircut', '2026-12-24 18:00+01', :'ben')),
  null, 'Christmas Eve is open although it is Christmas Day in Kiritimati'
);

select * from finish();
rollback;
