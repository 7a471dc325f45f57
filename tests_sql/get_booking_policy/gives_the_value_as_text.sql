begin;
select plan(5);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.get_booking_policy('max_reschedules')$$),
  'stranger customer staff receptionist admin service', 'for everyone signed in'
);
select is(schnittwerk.get_booking_policy('max_reschedules'), '3', 'a default');
select is(schnittwerk.get_booking_policy('double_booking_prevention'), 'true', 'a boolean');
select is(schnittwerk.get_booking_policy('no_such_policy'), null, 'null when unknown');
select is(schnittwerk.get_booking_policy(policy_key => null), null, 'and for null');

select * from finish();
rollback;
