begin;
select plan(18);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('0', :'dora', :'haircut', '2026-12-03 09:00+01', :'anna')
  #>> '{appointment,id}' as free \gset
select schnittwerk.set_policy('late_cancellation_fee_percent', '50') \g /dev/null
select schnittwerk.create_booking(p::text, :'carla', :'haircut', p, :'ben') #>> '{appointment,id}'
  as id
from unnest(array['2026-12-03 10:00+01', '2026-12-03 12:00+01', '2026-12-03 14:00+01',
  '2026-12-03 16:00+01']::timestamptz[]) p \g /dev/null
select id as in_time from schnittwerk_core.appointments where starts_at = '2026-12-03 10:00+01' \gset
select id as late from schnittwerk_core.appointments where starts_at = '2026-12-03 12:00+01' \gset
select id as served from schnittwerk_core.appointments where starts_at = '2026-12-03 14:00+01' \gset
select id as erased from schnittwerk_core.appointments where starts_at = '2026-12-03 16:00+01' \gset
select schnittwerk.set_policy('late_cancellation_fee_percent', '80') \g /dev/null
select is(
  (select array_agg(a.late_cancellation_fee_percent order by a.starts_at)
   from schnittwerk_core.appointments a), '{null,50,50,50,50}',
  'an appointment keeps the percentage that held when it was booked, null for none'
);

select pg_temp.become_user(:'carla_user') \g /dev/null
select pg_temp.now_is('2026-12-02 10:00+01') \g /dev/null
select is(
  schnittwerk.cancel_booking('in time', :'in_time') -> 'fee', 'null',
  'a cancellation at the deadline costs nothing'
);
select pg_temp.now_is('2026-12-02 16:00:01+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('late', :'late')),
  '400 cancellation_deadline_passed', 'a customer cannot buy a late cancellation'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select schnittwerk.cancel_booking('late', :'late', 'ill', 'sick child') as answer \gset
select is(
  :'answer'::jsonb -> 'fee',
  jsonb_build_object(
    'salon_id', :'salon', 'appointment_id', :'late', 'customer_id', :'carla',
    'cause', 'late_cancellation', 'amount', 37.50, 'status', 'owed', 'waived_at', null,
    'withdrawn_at', null, 'created_at', '2026-12-02T15:00:01Z',
    'updated_at', '2026-12-02T15:00:01Z'),
  'a cancellation that the salon team makes after the deadline answers the fee owed'
);
select is(
  schnittwerk.cancel_booking('late', :'late', 'ill', 'sick child'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry of a late cancellation answers the same fee'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.get_appointment(:'late') -> 'fee', :'answer'::jsonb -> 'fee',
  'a customer sees the fee of their appointment'
);
select is(
  schnittwerk.get_appointment(:'in_time') -> 'fee', 'null',
  'an appointment without a fee says so'
);
select pg_temp.become_service() \g /dev/null
select is(
  schnittwerk.cancel_booking('served', :'served') #> '{fee,amount}', '37.50',
  'a late cancellation by the service costs the fee'
);
select is(
  schnittwerk.cancel_booking('free', :'free') -> 'fee', 'null',
  'a late cancellation without an agreed fee costs nothing'
);
select pg_temp.become_superuser() \g /dev/null

-- Amounts: half up to the salon's rounding, never more than the price, nothing for 0.
select is(
  schnittwerk_core.fee_amount(price, percent, rounding), amount,
  format('%s%% of %s, rounded to %s, is %s', percent, price, rounding, amount)
)
from (values (75.25, 50, 0.05, 37.65), (75.24, 50, 0.05, 37.60), (9.99, 33.3, 1, 3.00),
  (18, 100, 5, 18.00), (20, 10, 5, 0.00), (0, 50, 0.05, 0.00)
) v (price, percent, rounding, amount);
update schnittwerk_core.salon set price_rounding = 100;
select is(
  schnittwerk.cancel_booking('rounded', :'erased') -> 'fee', 'null',
  'a fee that rounds to nothing is not recorded'
);

-- Who may no longer know of the customer, or after an erasure, gets the ids of the fees only.
select is(
  schnittwerk_core.ids_only('{"fee": {"appointment_id": "a", "amount": 1}, "list": ["x"],
    "fees": [{"appointment_id": "b", "amount": 2}], "none": [], "thing": {"id": "c", "x": 1}}'),
  '{"fee": {"id": "a"}, "fees": [{"id": "b"}], "list": ["x"], "none": [], "thing": {"id": "c"}}',
  'an answer reduced to ids keeps no amounts'
);
select is(
  (select count(*) from schnittwerk_core.fee), 2::bigint, 'only late cancellations record fees'
);

select * from finish();
rollback;
