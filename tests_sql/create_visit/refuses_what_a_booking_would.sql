begin;
select plan(17);
\ir ../fixture.psql
\ir ../visit.psql
select is(
  pg_temp.refusal(schnittwerk.create_visit('', null, null, null, repeat('x', 2001), -1)),
  '400 invalid_input: p_idempotency_key, p_items, p_customer_id, p_starts_at, p_notes, p_expected_price',
  'one refusal names all invalid arguments of a visit'
);
select is(
  pg_temp.refusal(schnittwerk.create_visit('a', :'carla', i.items, '2026-12-02 10:00+01')),
  '400 invalid_input: ' || i.faults, 'refuses ' || i.label)
from (
  values
    ('[]'::jsonb, 'p_items', 'a visit without items'),
    ('{"a": 1}', 'p_items', 'items that are no list'),
    ((select jsonb_agg(pg_temp.item(:'haircut')) from generate_series(1, 9)), 'p_items',
      'a visit with nine items'),
    ('[{"service": 1}, 7]', 'p_items[0].service, p_items[0].service_id, p_items[1]',
      'unknown keys and items that are no objects'),
    (pg_temp.items(pg_temp.item(:'haircut', null, true)), 'p_items[0].together',
      'a first item that is together with one before')
) i (items, faults, label);
select is(
  pg_temp.booked(:'carla', i.items, i.starts_at, i.price), i.code, i.label)
from (
  values
    (pg_temp.items(pg_temp.item(:'haircut'), pg_temp.item(gen_random_uuid())),
      '2026-12-02 10:00+01'::timestamptz, null::numeric, 'not_found', 'an unknown service is not found'),
    (pg_temp.items(pg_temp.item(:'haircut', gen_random_uuid())),
      '2026-12-02 10:00+01', null, 'not_found', 'an unknown member of staff is not found'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'color', :'ben')),
      '2026-12-02 10:00+01', null, 'service_not_offered', 'staff who do not perform an item are refused'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')),
      '2026-12-02 10:00+01', 149, 'price_mismatch', 'another price than the sum is refused'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben')),
      '2026-12-01 09:00+01', null, 'notice_too_short', 'notice binds a visit'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben')),
      '2027-01-04 10:00+01', null, 'too_far_ahead', 'the horizon binds a visit'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')),
      '2026-12-31 07:30+01', null, 'outside_business_hours', 'hours bind the first item of a visit'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')),
      '2026-12-02 16:30+01', null, 'outside_business_hours', 'hours bind the last item of a visit')
) i (items, starts_at, price, code, label);
select is(
  pg_temp.booked(:'carla', pg_temp.items(
    pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')),
    '2026-12-02 17:30+01', p_override_reason => 'a wedding'),
  'Haircut 17:30-18:30 Ben, Haircut 18:30-19:30 Ben', 'an override reason waives what it waives for a booking'
);
-- The last start that this allows is Saturday's first.
select schnittwerk.set_business_settings('{"max_advance_booking_days": 4}') \g /dev/null
select is(
  pg_temp.booked(:'carla', pg_temp.items(
    pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')), '2026-12-05 08:00+01'),
  'Haircut 08:00-09:00 Ben, Haircut 09:00-10:00 Ben', 'the horizon judges the start of the visit only'
);
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.create_visit('who', %L, %L, '2026-12-04 10:00+01')$$, :'dora',
    pg_temp.items(pg_temp.item(:'haircut')))),
  'customer(not_found) staff receptionist admin service', 'customers book visits only for themselves'
);
select * from finish();
rollback;
