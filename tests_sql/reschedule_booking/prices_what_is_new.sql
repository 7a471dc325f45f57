begin;
select plan(12);
\ir ../fixture.psql

select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
    jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'color'))),
  schnittwerk.save_price_rule('Morning', 'time',
    '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}', '{"percent": -10}')
\g /dev/null
select schnittwerk.save_price_rule('Spring', 'promotion', '{"code": "SPRING"}', '{"percent": -20}')
  #>> '{price_rule,id}' as spring,
  schnittwerk.save_price_rule('Haircuts', 'promotion',
    jsonb_build_object('code', 'HAIRCUT', 'services', jsonb_build_array(:'haircut')),
    '{"percent": -50}') #>> '{price_rule,id}' as haircuts \gset
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna',
  p_promotion_code => 'SPRING') -> 'appointment' as booked,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben',
  p_promotion_code => 'HAIRCUT') -> 'appointment' as other \gset
select :'booked'::jsonb ->> 'id' as id, :'other'::jsonb ->> 'id' as other_id \gset
create function pg_temp.priced(p_appointment jsonb)
returns jsonb
language sql
as $$
  select jsonb_build_array(
    p_appointment -> 'price', p_appointment -> 'price_details', p_appointment -> 'promotion_id')
$$;
-- Of what was applied: 'Morning -7.5, Spring -13.5'.
create function pg_temp.applied(p_appointment jsonb)
returns text
language sql
as $$
  select string_agg((r.value ->> 'name') || ' ' || (r.value ->> 'amount'), ', ' order by r.n)
  from jsonb_array_elements(p_appointment #> '{price_details,rules}') with ordinality r (value, n)
$$;
select is(
  pg_temp.applied(:'booked'), 'Morning -7.5, Spring -13.5', 'a booking is priced when it is made'
);
select is(
  pg_temp.priced(schnittwerk.reschedule_booking('3', :'id', '2026-12-02 15:00+01')
    -> 'appointment'),
  pg_temp.priced(:'booked'), 'a move keeps the price, and how it came about, at any start'
);
select is(
  pg_temp.priced(schnittwerk.reschedule_booking('4', :'id', '2026-12-02 15:00+01', :'ben')
    -> 'appointment'),
  pg_temp.priced(:'booked'), 'a move to somebody else keeps the price'
);
select results_eq(
  format($$select distinct s.price from schnittwerk.find_slots(%L, '2026-12-03',
    p_appointment_id => %L) s$$, :'haircut', :'id'),
  'values (54.00)', 'the starts of a move have the price agreed'
);
select results_eq(
  format($$select s.starts_at < '2026-12-03 12:00+01' as is_morning, min(s.price), max(s.price)
    from schnittwerk.find_slots(%L, '2026-12-03', p_appointment_id => %L) s
    group by 1 order by 1$$, :'color', :'id'),
  'values (false, 112.00, 112.00), (true, 100.80, 100.80)',
  'the starts of another service have its price with the promotion that was used'
);
select schnittwerk.reschedule_booking('5', :'id', '2026-12-03 09:00+01', :'anna',
  p_new_service_id => :'color') -> 'appointment' as changed \gset
select is(
  pg_temp.applied(:'changed'), 'Morning -14, Spring -25.2',
  'another service is priced anew, with the promotion that was used'
);
select is(
  jsonb_build_array(:'changed'::jsonb -> 'price', :'changed'::jsonb -> 'promotion_id'),
  jsonb_build_array(100.80, :'spring'), 'a promotion that applies stays'
);
select is(
  pg_temp.priced(schnittwerk.reschedule_booking('6', :'other_id', '2026-12-03 13:00+01', :'ben',
    p_new_service_id => :'color') -> 'appointment'),
  '[140.00, null, null]', 'a promotion that does not apply to another service goes'
);
select is(
  pg_temp.priced(schnittwerk.reschedule_booking('7', :'other_id', '2026-12-03 14:00+01', :'ben',
    p_new_service_id => :'haircut') -> 'appointment'),
  '[75.00, null, null]', 'a promotion that has gone does not come back'
);

-- Its own use and its own minutes do not count.
select schnittwerk.save_price_rule('Once', 'promotion', '{"code": "ONCEONLY", "max_uses": 1}',
    '{"percent": -10}'),
  schnittwerk.save_price_rule('Full', 'demand', '{"booked_percent": {"min": 1}}', '{"amount": 50}')
\g /dev/null
select schnittwerk.create_booking('8', :'dora', :'haircut', '2026-12-04 14:00+01', :'ben',
  p_promotion_code => 'ONCEONLY') #>> '{appointment,id}' as id \gset
select is(
  pg_temp.applied(schnittwerk.reschedule_booking('9', :'id', '2026-12-04 14:00+01',
    p_new_service_id => :'color') -> 'appointment'),
  'Once -14', 'a use is not used up, nor a day filled, by the appointment that changes'
);
select is(
  schnittwerk.explain_price(:'haircut', :'ben', '2026-12-04 10:00+01', 'ONCEONLY') ->> 'code',
  'promotion_used_up', 'a changed service keeps the use'
);
select schnittwerk.save_price_rule('Once', 'promotion', null, null, p_is_active => false,
  p_id => r.id) from schnittwerk_core.price_rule r where r.name = 'Once' \g /dev/null
select is(
  schnittwerk.reschedule_booking('10', :'id', '2026-12-04 14:00+01',
    p_new_service_id => :'haircut') #> '{appointment,promotion_id}',
  'null', 'a promotion that is no longer active goes with the service'
);

select * from finish();
rollback;
