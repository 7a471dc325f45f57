begin;
select plan(6);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may($$select schnittwerk.is_holiday('2026-12-25')$$),
  'anonymous nobody stranger customer staff receptionist admin service', 'for everyone'
);
select schnittwerk.create_holiday('Christmas', '2024-12-25', true) \g /dev/null
select schnittwerk.create_holiday('Ben moves', '2026-12-03', p_affects_all_staff => false,
  p_staff_ids => array[:'ben'::uuid]) \g /dev/null
select is(schnittwerk.is_holiday(check_date => '2026-12-25'), true, 'a recurring holiday');
select is(schnittwerk.is_holiday('2026-12-24'), false, 'the day before is none');
select is(schnittwerk.is_holiday('2026-12-03'), false, 'nor is one of some of the staff');
set local time zone 'Pacific/Kiritimati';
select is(schnittwerk.is_holiday('2026-12-25'), true, 'Christmas is the 25th everywhere');
select is(
  pg_temp.refused('select schnittwerk.is_holiday(null)'), '400 invalid_input: check_date',
  'a date is needed'
);

select * from finish();
rollback;
