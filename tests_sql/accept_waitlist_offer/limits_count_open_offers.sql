begin;
select plan(9);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.set_policy('max_open_bookings_per_customer', '1') \g /dev/null
select pg_temp.wait(:'carla', :'haircut') as id \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.create_booking('1', null, :'haircut', '2026-12-03 10:00+01')
    - '{operation_id,correlation_id,error}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "code": "booking_limit_reached",
    "details": "Customer cannot have more than 1 open bookings"
  }', 'an open offer counts as an open booking'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('2', :'id')), null,
  'an offer does not count against its own acceptance'
);

-- two offers, of which one can be accepted
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_open_bookings_per_customer', '3') \g /dev/null
select
  pg_temp.wait(:'carla', :'haircut') as a, pg_temp.wait(:'carla', :'color') as b \gset
select pg_temp.free(:'haircut', :'ben', '2026-12-02 12:00+01') \g /dev/null
select pg_temp.free(:'color', :'anna', '2026-12-02 14:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 02 12:00, Carla: Anna 02 14:00', 'two entries have an open offer'
);
select schnittwerk.set_policy('max_open_bookings_per_customer', '2') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('3', :'a')), '400 booking_limit_reached',
  'one booking and one open offer reach a limit of two'
);
select schnittwerk.decline_waitlist_offer('4', :'b') \g /dev/null
select is(
  schnittwerk.accept_waitlist_offer('3', :'a') ->> 'replayed', 'true',
  'a retry after booking_limit_reached replays the refusal');
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('5', :'a')), null,
  'once one of two offers is declined the other can be accepted'
);

-- bookings a day
select pg_temp.become_superuser() \g /dev/null
select
  schnittwerk.set_policy('max_open_bookings_per_customer', '0'),
  schnittwerk.set_policy('max_bookings_per_customer_and_day', '3'),
  pg_temp.wait(:'carla', :'haircut') as c \gset
select pg_temp.free(:'haircut', :'ben', '2026-12-02 14:00+01') \g /dev/null
select is(pg_temp.offers(), 'Carla: Ben 02 14:00',
  'a third slot on a day with two bookings is offered');
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '2') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.accept_waitlist_offer('6', :'c') ->> 'details',
  'Customer cannot have more than 2 bookings a day',
  'an offer beyond a lowered daily limit cannot be accepted'
);
select pg_temp.become_service() \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('7', :'c')), null,
  'the service is exempt from the daily limit'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
