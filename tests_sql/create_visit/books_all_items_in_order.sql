begin;
select plan(10);
\ir ../fixture.psql
\ir ../visit.psql
select schnittwerk.create_visit(
  '1', :'carla', pg_temp.items(
    pg_temp.item(:'color', :'anna'), pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben')),
  '2026-12-02 13:00+01', 'A cup of tea', 290) as answer \gset
select set_eq(
  format('select jsonb_object_keys(%L)', :'answer'),
  '{success,operation_id,replayed,correlation_id,http_status,visit}'::text[],
  'the answer has exactly the documented keys'
);
select is(
  (:'answer'::jsonb -> 'visit') - '{id,appointments}'::text[],
  jsonb_build_object(
    'customer_id', :'carla', 'starts_at', '2026-12-02T12:00:00Z', 'ends_at', '2026-12-02T16:00:00Z',
    'price', 290.00, 'status', 'pending'),
  'the visit lasts from its first start to its last end and costs the sum'
);
select results_eq(
  $$
    select visit_item, service_id, staff_id, starts_at, buffer_before_minutes::int,
      buffer_after_minutes::int, notes::text
    from schnittwerk_core.appointments order by visit_item
  $$,
  format($$values
    (1, %1$L::uuid, %2$L::uuid, timestamptz '2026-12-02 13:00+01', 0, 0, 'A cup of tea'),
    (2, %3$L, %2$L, '2026-12-02 15:00+01', 0, 15, 'A cup of tea'),
    (3, %3$L, %4$L, '2026-12-02 16:00+01', 0, 15, 'A cup of tea')$$,
    :'color', :'anna', :'haircut', :'ben'),
  'each item begins when the one before ends, with no buffer between those of one person'
);
select is(
  (select array_agg(a ->> 'visit_item') from jsonb_array_elements(:'answer'::jsonb #> '{visit,appointments}') a),
  '{1,2,3}', 'the appointments come in the order of the items'
);
select is(
  schnittwerk.create_visit(
    '1', :'carla', pg_temp.items(
      pg_temp.item(:'color', :'anna'), pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben')),
    '2026-12-02 13:00+01', 'A cup of tea', 290.0),
  :'answer'::jsonb || '{"replayed": true}', 'a retry of a visit gets the same answer'
);
select is(
  pg_temp.refusal(schnittwerk.create_visit(
    '1', :'carla', pg_temp.items(pg_temp.item(:'color', :'anna')), '2026-12-02 13:00+01')),
  '422 idempotency_key_reused', 'the key with other items is refused'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'anna')), '2026-12-02 13:00+01'),
  'slot_conflict', 'a visit with one item that is taken is refused'
);
select is(
  (select count(*)::int from schnittwerk_core.appointments), 3,
  'a refused visit books none of its items'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben', true),
    pg_temp.item(:'haircut', :'anna')), '2026-12-03 13:00+01'),
  'Haircut 13:00-14:00 Anna, Haircut 13:00-14:00 Ben, Haircut 14:00-15:00 Anna',
  'an item that is together starts with the one before'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'anna', true)), '2026-12-04 13:00+01'),
  'slot_conflict', 'two items that are together need two people'
);
select * from finish();
rollback;
