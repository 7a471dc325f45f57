begin;
select plan(5);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.get_booking_policy('max_reschedules')$$),
  'stranger customer staff receptionist admin service', 'every signed-in user may read a policy'
);
select is(schnittwerk.get_booking_policy('max_reschedules'), '3',
  'a policy that is not set has its default');
select is(schnittwerk.get_booking_policy('double_booking_prevention'), 'true',
  'a boolean policy is given as text');
select is(schnittwerk.get_booking_policy('no_such_policy'), null, 'an unknown policy is null');
select is(schnittwerk.get_booking_policy(policy_key => null), null, 'a null policy key gives null');

select * from finish();
rollback;
