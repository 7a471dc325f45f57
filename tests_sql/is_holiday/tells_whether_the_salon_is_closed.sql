begin;
select plan(6);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may($$select schnittwerk.is_holiday('2026-12-25')$$),
  'anonymous nobody stranger customer staff receptionist admin service',
  'everyone may ask whether a date is a holiday'
);
select schnittwerk.create_holiday('Christmas', '2024-12-25', true) \g /dev/null
select schnittwerk.create_holiday('Ben moves', '2026-12-03', p_affects_all_staff => false,
  p_staff_ids => array[:'ben'::uuid]) \g /dev/null
select is(schnittwerk.is_holiday(check_date => '2026-12-25'), true,
  'a recurring holiday is a holiday in a later year');
select is(schnittwerk.is_holiday('2026-12-24'), false, 'the day before a holiday is no holiday');
select is(schnittwerk.is_holiday('2026-12-03'), false,
  'a holiday of some staff is no holiday of the salon');
set local time zone 'Pacific/Kiritimati';
select is(schnittwerk.is_holiday('2026-12-25'), true,
  'is_holiday does not depend on the session''s time zone');
select is(
  pg_temp.refused('select schnittwerk.is_holiday(null)'), '400 invalid_input: check_date',
  'a date is required'
);

select * from finish();
rollback;
