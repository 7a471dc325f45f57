begin;
select plan(23);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.hold_slot('1', :'haircut', '2026-12-02 10:00+01', :'anna') as answer \gset
select :'answer'::jsonb #>> '{hold,id}' as id \gset
select is(
  :'answer'::jsonb #- '{operation_id}' #- '{correlation_id}' #- '{hold,id}',
  jsonb_build_object('success', true, 'replayed', false, 'http_status', 201,
    'hold', jsonb_build_object(
      'salon_id', :'salon', 'customer_id', :'carla', 'service_id', :'haircut',
      'staff_id', :'anna', 'starts_at', '2026-12-02T09:00:00Z', 'ends_at', '2026-12-02T10:00:00Z',
      'price', 75.00, 'price_details', null, 'promotion_id', null, 'status', 'open', 'expires_at', '2026-12-01T07:10:00Z',
      'appointment_id', null, 'created_at', '2026-12-01T07:00:00Z',
      'updated_at', '2026-12-01T07:00:00Z')),
  'a hold is answered with all of its columns'
);
select is(
  schnittwerk.hold_slot('1', :'haircut', '2026-12-02 10:00+01', :'anna'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry of a hold gets the same answer'
);
select is(
  schnittwerk.hold_slot('1', :'haircut', '2026-12-02 10:15+01', :'anna') ->> 'code',
  'idempotency_key_reused', 'the key of a hold stands for its arguments'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select array_agg(o.during::text || ' ' || (o.expires_at at time zone 'Europe/Zurich'))
    from schnittwerk_core.occupancy o where o.claim_id = :'id'),
  array[tstzrange('2026-12-02 10:00+01', '2026-12-02 11:15+01')::text || ' 2026-12-01 08:10:00'],
  'the claim of a hold has the buffers and lapses with it'
);
select pg_temp.become_anonymous() \g /dev/null
select is_empty(
  format($$select from schnittwerk.find_slots(%L, '2026-12-02', p_staff_id => %L) s
    where s.starts_at between '2026-12-02 09:00+01' and '2026-12-02 11:00+01'$$,
    :'haircut', :'anna'),
  'a held slot is not listed'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  schnittwerk.create_booking('b', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna') ->> 'code',
  'slot_conflict', 'a held slot is not booked by others'
);
select is(
  schnittwerk.hold_slot('h', :'haircut', '2026-12-02 10:30+01', :'anna') ->> 'code',
  'slot_conflict', 'a held slot is not held by others'
);
select is(
  schnittwerk.hold_slot('h2', :'haircut', '2026-12-02 10:00+01') #>> '{hold,staff_id}', :'ben',
  'a hold with anyone takes who is free'
);

-- the same slot again, and another one
select pg_temp.now_is('2026-12-01 08:05+01') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.hold_slot(key, :'haircut', '2026-12-02 10:00+01', staff::uuid) -> 'hold',
  :'answer'::jsonb -> 'hold', 'the same slot keeps its hold and its first expiry, ' || with_whom
)
from (values ('2', :'anna', 'with the same staff'), ('3', null, 'with anyone')) t (key, staff, with_whom);
select is(
  schnittwerk.hold_slot('4', :'haircut', '2026-12-02 10:30+01', :'anna') #>> '{hold,status}',
  'open', 'a customer''s new hold may overlap the old one, whose place it takes'
);
select pg_temp.become_superuser() \g /dev/null
select results_eq(
  format($$select h.status, h.starts_at at time zone 'Europe/Zurich',
      (select count(*)::int from schnittwerk_core.occupancy o where o.claim_id = h.id)
    from schnittwerk_core.hold h where h.customer_id = %L order by h.starts_at$$, :'carla'),
  $$values ('released', timestamp '2026-12-02 10:00', 0),
    ('open', '2026-12-02 10:30', 1)$$,
  'the new hold of a customer ends the old one'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.hold_slot('5', :'haircut', '2026-12-06 10:00+01', :'anna') ->> 'code',
  'business_closed', 'a slot that breaks a rule is not held'
);
select is(
  schnittwerk.create_booking('own', null, :'haircut', '2026-12-02 10:30+01', :'anna') ->> 'code',
  'slot_conflict', 'a refused hold leaves the old one where it is'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_open_holds_per_customer', '2') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.hold_slot(n::text, :'haircut', '2026-12-03 10:00+01'::timestamptz + n * interval '1 day')
from generate_series(6, 8) n \g /dev/null
select pg_temp.become_superuser() \g /dev/null
select is(
  (select array_agg(h.starts_at::date order by h.starts_at)
    from schnittwerk_core.hold h where h.customer_id = :'carla' and h.status = 'open'),
  '{2026-12-10,2026-12-11}', 'a customer has as many open holds as the policy allows, the latest'
);
select is(
  (select count(*)::int from generate_series(1, 5) n
    where schnittwerk.hold_slot(
      'n' || n, :'haircut', '2026-12-14 09:00+01'::timestamptz + n * interval '1 day', :'ben')
      #> '{hold,customer_id}' = 'null'),
  5, 'the salon team holds any number of slots for nobody yet'
);
select matches(
  schnittwerk.hold_slot('n1', :'haircut', '2026-12-15 09:00+01', :'ben') #>> '{hold,price}',
  '75', 'a retry of a hold for nobody gets the whole answer'
);

-- It lapses by itself.
select pg_temp.now_is('2026-12-01 08:10+01') \g /dev/null
select is(
  schnittwerk.create_booking('c', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben')
    ->> 'success', 'true', 'a slot can be booked at the instant at which its hold lapses'
);
select schnittwerk.set_policy('hold_minutes', '60'),
  schnittwerk.set_policy('minimum_booking_notice_hours', '0') \g /dev/null
select is(
  schnittwerk.hold_slot('d', :'haircut', '2026-12-01 09:05+01', :'ben') #>> '{hold,expires_at}',
  '2026-12-01T08:05:00Z', 'a hold does not last beyond the start of its slot'
);
select is(
  schnittwerk.hold_slot('e', :'haircut', '2026-12-03 13:00+01', :'ben') #>> '{hold,expires_at}',
  '2026-12-01T08:10:00Z', 'a hold lasts for the minutes of the policy'
);

-- steps and units
insert into schnittwerk_core.unit (salon_id, name, pool, kind)
values (:'salon', 'Basin', 'basin', 'equipment');
update schnittwerk_core.services
set duration_minutes = 105, steps = '{"(30,t)","(45,f)","(30,t)"}', needs = '{"(basin,1,90,105)"}'
where id = :'color';
select schnittwerk.hold_slot('f', :'color', '2026-12-09 14:00+01', :'anna') #>> '{hold,id}' as id \gset
select results_eq(
  format($$select lower(during) at time zone 'Europe/Zurich', upper(during) at time zone 'Europe/Zurich'
    from schnittwerk_core.occupancy where claim_id = %L order by 1, 2$$, :'id'),
  $$values (timestamp '2026-12-09 14:00', timestamp '2026-12-09 14:30'),
    ('2026-12-09 15:15', '2026-12-09 16:00'), ('2026-12-09 15:30', '2026-12-09 15:45')$$,
  'a hold claims the steps that need staff, and the units'
);
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'color'))) \g /dev/null
select is(
  schnittwerk.hold_slot('g', :'color', '2026-12-09 14:00+01', :'ben') ->> 'code',
  'resource_unavailable', 'a unit that a hold claims is not there for others'
);
select results_eq(
  format($$select event.type from schnittwerk_core.events event where event.subject_id = %L$$, :'id'),
  $$values ('hold.made')$$, 'a hold is an event'
);

select * from finish();
rollback;
