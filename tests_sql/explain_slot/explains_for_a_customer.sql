begin;
select plan(12);
\ir ../fixture.psql
\ir ../refused.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset

create function pg_temp.failing(
  p_service_id uuid, p_staff_id uuid, p_customer_id uuid default null, p_id uuid default null
)
returns text
language sql
as $$
  select coalesce(string_agg(concat_ws(': ', e.rule, e.code, e.details), ', '), 'none')
  from schnittwerk.explain_slot(
    p_service_id, p_staff_id, '2026-12-02 10:30+01', p_id, p_customer_id) e
  where not e.passed
$$;
\set busy 'customer is free: customer_busy: The customer has another appointment at this time'

select is(
  pg_temp.failing(:'haircut', :'ben', :'carla'), :'busy',
  'the service is told that a customer is busy'
);
select is(pg_temp.failing(:'haircut', :'ben'), 'none', 'without a customer nobody is busy');
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.failing(:'haircut', :'ben', :'carla'), :'busy',
  'the salon team is told that a customer is busy'
);
select is(
  pg_temp.failing(:'haircut', :'ben', :'dora'), 'none',
  'the salon team is told that another customer is free'
);
select is(
  pg_temp.failing(:'haircut', :'ben', :'carla', :'id'), 'none',
  'a moved appointment does not keep its own customer busy'
);
select is(
  pg_temp.refused(format(
    $$select pg_temp.failing(%L, %L, %L, %L)$$, :'haircut', :'ben', :'dora', :'id')),
  '400 invalid_input: p_customer_id', 'a customer who is not the appointment''s is refused'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.failing(:'haircut', :'ben'), :'busy', 'customers are told that they are busy themselves'
);
select is(
  pg_temp.failing(:'haircut', :'ben', :'carla'), :'busy', 'customers may name themselves'
);
select is(
  pg_temp.refused(format($$select pg_temp.failing(%L, %L, %L)$$, :'haircut', :'ben', it)),
  '404 not_found', 'customers are not told of ' || description
)
from (values (:'dora', 'others'), (:'anna', 'an unknown customer')) t (it, description);
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refused(format($$select pg_temp.failing(%L, %L, %L)$$, :'haircut', :'ben', :'carla')),
  '404 not_found', 'anonymous callers are told of no customer'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.failing(:'haircut', :'ben', :'carla'),
  'booking limit: booking_limit_reached: Customer cannot have more than 1 bookings a day, ' || :'busy',
  'the limits of the customer are explained to the salon team'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
