begin;
select plan(19);
\ir ../fixture.psql
\ir ../visit.psql
\ir ../refused.psql
-- When who performs what: '09:00 Ben 10:00 Anna'
create function pg_temp.listed(p_items jsonb, p_from date, p_limit int default null, p_visit_id uuid default null)
returns setof text
language sql
as $$
  select string_agg(format('%s %s',
    to_char((i.value ->> 'starts_at')::timestamptz at time zone 'Europe/Zurich', 'HH24:MI'), m.full_name),
    ' ' order by i.n)
  from schnittwerk.find_visits(p_items, p_from, p_slot_interval_minutes => 60, p_limit => p_limit,
    p_visit_id => p_visit_id) with ordinality f (starts_at, ends_at, price, items, n)
  cross join lateral jsonb_array_elements(f.items) with ordinality i (value, n)
  join schnittwerk.list_staff() m on m.id = (i.value ->> 'staff_id')::uuid
  group by f.n
  order by f.n
$$;

select is(
  (select to_jsonb(f) from schnittwerk.find_visits(
    pg_temp.items(pg_temp.item(:'color'), pg_temp.item(:'haircut', :'ben')), '2026-12-02', p_limit => 1) f),
  jsonb_build_object(
    'starts_at', timestamptz '2026-12-02 09:00+01', 'ends_at', timestamptz '2026-12-02 12:00+01', 'price', 215.00,
    'items', jsonb_build_array(
      jsonb_build_object('service_id', :'color', 'staff_id', :'anna', 'price', 140.00,
        'starts_at', '2026-12-02T08:00:00Z', 'ends_at', '2026-12-02T10:00:00Z'),
      jsonb_build_object('service_id', :'haircut', 'staff_id', :'ben', 'price', 75.00,
        'starts_at', '2026-12-02T10:00:00Z', 'ends_at', '2026-12-02T11:00:00Z'))),
  'a row has start, end, the sum of the prices and the items'
);
select is(
  array(select pg_temp.listed(pg_temp.items(pg_temp.item(:'color'), pg_temp.item(:'haircut')), '2026-12-02')),
  '{09:00 Anna 11:00 Anna,10:00 Anna 12:00 Ben,13:00 Anna 15:00 Anna,14:00 Anna 16:00 Anna,15:00 Anna 17:00 Anna}'::text[],
  'one person serves the visit where one can, two where they must'
);
select is(
  array(select pg_temp.listed(pg_temp.items(pg_temp.item(:'color'), pg_temp.item(:'haircut')), '2026-12-02', 2)),
  '{09:00 Anna 11:00 Anna,10:00 Anna 12:00 Ben}'::text[], 'a limit lists the first starts'
);
select is(
  array(select pg_temp.listed(pg_temp.items(
    pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', p_together => true), pg_temp.item(:'color')), '2026-12-02')),
  '{09:00 Ben 09:00 Anna 10:00 Anna,13:00 Ben 13:00 Anna 14:00 Anna,14:00 Ben 14:00 Anna 15:00 Anna,15:00 Ben 15:00 Anna 16:00 Anna}'::text[],
  'items that are together start together, with different people'
);
select is_empty(
  format($$select pg_temp.listed(%L, '2026-12-02')$$,
    pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben', true))),
  'the same person cannot perform two items that are together'
);
select is_empty(
  format($$select pg_temp.listed(%L, '2026-12-02')$$, pg_temp.items(pg_temp.item(:'color', :'ben'))),
  'nothing is listed with staff who do not perform the service'
);
select is(
  pg_temp.refused(format($$select schnittwerk.find_visits(%L, '2026-12-02')$$, i.items)), i.refusal, i.label)
from (
  values
    (null::jsonb, '400 invalid_input: p_items', 'a search needs items'),
    ('[{}]', '400 invalid_input: p_items[0].service_id', 'a search needs services'),
    (pg_temp.items(pg_temp.item(gen_random_uuid())), '404 not_found', 'an unknown service cannot be looked for'),
    (pg_temp.items(pg_temp.item(:'color', gen_random_uuid())), '404 not_found', 'an unknown member of staff cannot be looked for')
) i (items, refusal, label);
select is(
  pg_temp.refused(format($$select schnittwerk.find_visits(%L, %L, %L, 0, 0, %L)$$,
    pg_temp.items(pg_temp.item(:'color')), '2026-12-02', '2027-12-02', gen_random_uuid())),
  '400 invalid_input: p_slot_interval_minutes, p_limit, p_to, p_items', 'one refusal names all invalid arguments of a search'
);
select is(
  pg_temp.who_may(format($$select * from schnittwerk.find_visits(%L, '2026-12-02', p_limit => 1)$$,
    pg_temp.items(pg_temp.item(:'color')))),
  'anonymous nobody stranger customer staff receptionist admin service', 'everybody may look for visits'
);

-- A visit that moves
select schnittwerk.create_visit('1', :'carla', pg_temp.items(
  pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben', true), pg_temp.item(:'color')), '2026-12-03 14:00+01')
  #>> '{visit,id}' as visit \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 11:00+01', :'ben') \g /dev/null
select is(
  array(select pg_temp.listed(null, '2026-12-03', p_visit_id => :'visit')),
  '{09:00 Anna 09:00 Ben 10:00 Anna,13:00 Anna 13:00 Ben 14:00 Anna,14:00 Anna 14:00 Ben 15:00 Anna,15:00 Anna 15:00 Ben 16:00 Anna,16:00 Anna 16:00 Ben 17:00 Anna}'::text[],
  'a visit can move onto its own time, with its own staff'
);
select is(
  (select f.price from schnittwerk.find_visits(null, '2026-12-04', p_visit_id => :'visit', p_limit => 1) f), 290.00,
  'a visit that moves keeps its price'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select isnt_empty(
  format($$select schnittwerk.find_visits(null, '2026-12-04', p_visit_id => %L)$$, :'visit'),
  'a customer finds where their own visit can move'
);
-- She is busy with the visit on the third, but not when that is what moves.
select is_empty(
  format($$select f from schnittwerk.find_visits(%L, '2026-12-03') f
    where f.starts_at < '2026-12-03 17:00+01' and f.ends_at > '2026-12-03 14:00+01'$$,
    pg_temp.items(pg_temp.item(:'haircut'))),
  'a customer finds no visits at times when they have another appointment'
);
select isnt_empty(
  format($$select f from schnittwerk.find_visits(null, '2026-12-03', p_visit_id => %L) f
    where f.starts_at = '2026-12-03 15:00+01'$$, :'visit'),
  'a visit does not keep its customer busy for its own move'
);
select pg_temp.become_superuser() \g /dev/null
update schnittwerk_core.appointments set reschedule_count = 3 where visit_item = 1;
select pg_temp.become_user(:'carla_user') \g /dev/null
select is_empty(
  format($$select schnittwerk.find_visits(null, '2026-12-04', p_visit_id => %L)$$, :'visit'),
  'who may not move a visit finds nowhere to move it'
);
select pg_temp.become_superuser() \g /dev/null
update schnittwerk_core.appointments set customer_id = :'dora';
select is(
  pg_temp.who_may(format($$select * from schnittwerk.find_visits(null, '2026-12-04', p_visit_id => %L)$$, :'visit')),
  'anonymous(not_found) nobody(not_found) stranger(not_found) customer(not_found) staff receptionist admin service',
  'only its customer and the salon team find where a visit can move'
);
select * from finish();
rollback;
