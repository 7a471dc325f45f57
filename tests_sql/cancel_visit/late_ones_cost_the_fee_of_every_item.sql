begin;
select plan(7);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../visit.psql
select schnittwerk.set_policy('late_cancellation_fee_percent', '50'),
  schnittwerk.set_policy('no_show_fee_percent', '100') \g /dev/null
select v #>> '{visit,id}' as visit, v #>> '{visit,appointments,0,id}' as first,
  v #>> '{visit,appointments,1,id}' as second, v #>> '{visit,appointments,2,id}' as third
from schnittwerk.create_visit('1', :'carla', pg_temp.items(
  pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'color', :'anna'),
  pg_temp.item(:'haircut', :'anna')), '2026-12-03 14:00+01') v \gset
select is(
  (select array_agg((a.late_cancellation_fee_percent, a.no_show_fee_percent)::text)
   from schnittwerk_core.appointments a), '{"(50,100)","(50,100)","(50,100)"}',
  'every item of a visit keeps the percentages that held when it was booked'
);
create function pg_temp.fees(p_fees jsonb) returns text language sql as $$
  select string_agg(concat_ws(' ', f.value ->> 'amount', f.value ->> 'cause'), ', ' order by f.n)
  from jsonb_array_elements(p_fees) with ordinality f (value, n)
$$;
savepoint early;
select pg_temp.now_is('2026-12-02 14:00+01') \g /dev/null
select is(
  schnittwerk.cancel_visit('c', :'visit') -> 'fees', '[]',
  'cancelling a visit at its deadline costs nothing'
);
rollback to early;

-- One item alone, by its own deadline: it begins three hours after the first.
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select pg_temp.now_is('2026-12-02 16:00+01') \g /dev/null
select is(
  schnittwerk.cancel_booking('third', :'third', p_override_reason => 'in time') -> 'fee', 'null',
  'an item that is cancelled alone before its own deadline costs nothing'
);
select schnittwerk.cancel_visit('c', :'visit', p_override_reason => 'ill') as answer \gset
select is(
  pg_temp.fees(:'answer'::jsonb -> 'fees'), '37.50 late_cancellation, 70.00 late_cancellation',
  'cancelling a visit after its deadline answers the fee of every item that it cancels'
);
select is(
  schnittwerk.cancel_visit('c', :'visit', p_override_reason => 'ill'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry of a late cancellation answers the same fees'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.get_visit(:'visit') -> 'fees', :'answer'::jsonb -> 'fees',
  'a customer sees the fees of their visit'
);

-- What is over by then owes its own fee.
select pg_temp.become_superuser() \g /dev/null
select v #>> '{visit,id}' as visit, v #>> '{visit,appointments,0,id}' as first
from schnittwerk.create_visit('2', :'dora', pg_temp.items(
  pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'anna')), '2026-12-04 14:00+01') v
\gset
select pg_temp.now_is('2026-12-04 14:10+01') \g /dev/null
select schnittwerk.mark_no_show('n', :'first') \g /dev/null
select schnittwerk.cancel_visit('d', :'visit') -> 'fees' as fees \gset
select is(
  pg_temp.fees(:'fees') || '; ' || pg_temp.fees(schnittwerk.get_visit(:'visit') -> 'fees'),
  '37.50 late_cancellation; 75.00 no_show, 37.50 late_cancellation',
  'cancelling the rest of a visit answers the fees of the rest'
);

select * from finish();
rollback;
