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
  'before, all is free'
);
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Anna 02 10:00', 'what was freed is offered');
select results_eq(
  'select claim_id, resource_id, during, expires_at from schnittwerk_core.occupancy',
  format($$values (uuid %L, uuid %L, '[2026-12-02 10:00+01, 2026-12-02 11:15+01)'::tstzrange,
    timestamptz '2026-12-01 10:00+01')$$, :'entry', :'anna'),
  'it is held for two hours, with the buffer'
);
select is(pg_temp.starts(:'haircut', :'anna'), '13:00', 'and is not listed');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'a', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')),
  '409 slot_conflict', 'others cannot book it'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'b', :'carla', :'haircut', '2026-12-02 11:00+01', :'anna')),
  '409 slot_conflict', 'nor overlap it'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'own', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna')),
  '409 slot_conflict', 'whoever is offered it accepts it instead'
);
select is(
  (select string_agg(code, ' ') from schnittwerk.explain_slot(
    :'haircut', :'anna', '2026-12-02 10:00+01') where not passed),
  'slot_conflict', 'which explain_slot says'
);
select pg_temp.now_is('2026-12-01 09:59:59+01') \g /dev/null
select is(pg_temp.starts(:'haircut', :'anna'), '13:00', 'until the last second');

-- nobody calls process_waitlist
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna'), '09:00 09:15 09:30 09:45 10:00 10:15 10:30 10:45 11:00 13:00',
  'from then on it is listed'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'c', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')),
  null, 'and can be booked'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('d', :'entry')), '409 offer_expired',
  'but not accepted'
);
select is(
  (select count(*) from schnittwerk_core.occupancy where expires_at is not null), 0::bigint,
  'the hold is gone'
);
select is(
  (select string_agg(status, ' ') from schnittwerk.list_waitlist()), 'active',
  'the entry is listed as active again'
);
select pg_temp.free(:'haircut', :'anna', '2026-12-02 14:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 14:00', 'and is offered the next time that is freed'
);

select * from finish();
rollback;
