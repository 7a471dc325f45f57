begin;
select plan(12);
\ir ../fixture.psql
\ir ../clock.psql
select is(
  pg_temp.who_may(format('select schnittwerk.erase_customer(%L)', :'dora')), 'admin service',
  'only admins and the service erase customers');
select is(
  pg_temp.refusal(schnittwerk.erase_customer(null)), '400 invalid_input: p_customer_id',
  'erase_customer requires a customer');
select is(
  pg_temp.refusal(schnittwerk.erase_customer(:'anna')), '404 not_found',
  'an unknown customer is not found');
select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben')
  #>> '{appointment,id}' as appointment \gset
select schnittwerk.erase_customer(:'dora') as refused \gset
select is(
  :'refused'::jsonb - 'correlation_id', '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 400,
    "error": "Customer erasure failed", "code": "wrong_status",
    "details": "The customer has appointments to come: cancel them first"
  }', 'a customer with an appointment to come is not erased');
select pg_temp.now_is('2026-12-02 10:59+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.erase_customer(:'dora')), '400 wrong_status',
  'a customer in the middle of an appointment is not erased');
select is(
  (select full_name from schnittwerk_core.customers where id = :'dora'), 'Dora',
  'a refused erasure erases nothing');
select pg_temp.now_is('2026-12-02 11:00+01') \g /dev/null
select is(schnittwerk.erase_customer(:'dora') ->> 'success', 'true',
  'a customer whose appointment is over is erased');

select schnittwerk.join_waitlist('2', :'carla', :'haircut', '2026-12-02', '2026-12-03')
  #>> '{waitlist_entry,id}' as entry \gset
select is(
  schnittwerk.erase_customer(:'carla') ->> 'details',
  'The customer is on the waitlist: take them off first',
  'a customer on the waitlist is not erased');
select pg_temp.now_is('2026-12-04 00:00+01') \g /dev/null
select is(
  schnittwerk.erase_customer(:'carla') ->> 'success', 'true',
  'a customer whose waitlist dates have passed is erased');
select is(
  pg_temp.refusal(schnittwerk.save_customer('Dora', p_id => :'dora')), '404 not_found',
  'an erased customer cannot be saved again');
select is(
  pg_temp.refusal(schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-09 10:00+01')),
  '404 not_found', 'an erased customer cannot book');
select is(
  pg_temp.refusal(schnittwerk.join_waitlist('4', :'dora', :'haircut', '2026-12-09', '2026-12-10')),
  '404 not_found', 'an erased customer cannot join the waitlist');

select * from finish();
rollback;
