begin;
select plan(15);
\ir ../fixture.psql
\ir ../waitlist.psql

create function pg_temp.starts(p_service_id uuid, p_staff_id uuid)
returns text
language sql
as $$
  select string_agg(to_char(s.starts_at at time zone 'Europe/Zurich', 'HH24:MI'), ' '
    order by s.starts_at)
  from schnittwerk.find_slots(p_service_id, '2026-12-02', p_staff_id => p_staff_id) s
  where s.starts_at < '2026-12-02 13:15+01'
$$;

select pg_temp.wait(:'dora', :'haircut', :'anna') as entry \gset
select is(
  pg_temp.starts(:'haircut', :'anna'), '09:00 09:15 09:30 09:45 10:00 10:15 10:30 10:45 11:00 13:00',
  'every start is free before the offer'
);
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Anna 02 10:00', 'the freed slot is offered');
select results_eq(
  'select claim_id, resource_id, during, expires_at from schnittwerk_core.occupancy',
  format($$values (uuid %L, uuid %L, '[2026-12-02 10:00+01, 2026-12-02 11:15+01)'::tstzrange,
    timestamptz '2026-12-01 10:00+01')$$, :'entry', :'anna'),
  'the offer holds the slot with its buffer for two hours'
);
select is(pg_temp.starts(:'haircut', :'anna'), '13:00', 'a held slot is not listed');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'a', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')),
  '409 slot_conflict', 'other customers cannot book a held slot'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'b', :'carla', :'haircut', '2026-12-02 11:00+01', :'anna')),
  '409 slot_conflict', 'other customers cannot overlap a held slot'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'own', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna')),
  '409 slot_conflict', 'the customer who is offered the slot cannot book it'
);
select is(
  (select string_agg(code, ' ') from schnittwerk.explain_slot(
    :'haircut', :'anna', '2026-12-02 10:00+01') where not passed),
  'slot_conflict', 'explain_slot says that a held slot conflicts'
);
select pg_temp.now_is('2026-12-01 09:59:59+01') \g /dev/null
select is(pg_temp.starts(:'haircut', :'anna'), '13:00', 'a slot is held until the last second');

-- nobody calls process_waitlist
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna'), '09:00 09:15 09:30 09:45 10:00 10:15 10:30 10:45 11:00 13:00',
  'a slot is listed once its hold has expired'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'c', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')),
  null, 'a slot can be booked once its hold has expired'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('d', :'entry')), '409 offer_expired',
  'an expired offer cannot be accepted'
);
select is(
  (select count(*) from schnittwerk_core.occupancy where expires_at is not null), 0::bigint,
  'a booking removes the expired hold'
);
select is(
  (select string_agg(status, ' ') from schnittwerk.list_waitlist()), 'active',
  'an entry whose offer has expired is listed as active'
);
select pg_temp.free(:'haircut', :'anna', '2026-12-02 14:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 14:00',
  'an entry whose offer has expired is offered the next freed slot'
);

select * from finish();
rollback;
