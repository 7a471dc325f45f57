begin;
select plan(11);
\ir ../fixture.psql
\ir ../visit.psql
create function pg_temp.failing(p_answer jsonb)
returns text
language sql
as $$ select concat_ws(' ', p_answer ->> 'code', p_answer ->> 'item') $$;

select schnittwerk.create_booking('b', :'dora', :'haircut', '2026-12-02 11:00+01', :'ben') \g /dev/null
select schnittwerk.save_service('Shave', 30, 20) #>> '{service,id}' as shave \gset
select is(
  pg_temp.failing(schnittwerk.create_visit(
    gen_random_uuid()::text, :'carla', i.items, i.starts_at, p_expected_price => i.price)),
  i.failing, i.label)
from (
  values
    (pg_temp.items(pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben')),
      '2026-12-02 10:00+01'::timestamptz, null::numeric, 'slot_conflict 1',
      'the second item is named, whose staff are busy'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut')),
      '2026-12-02 17:30+01', null, 'outside_business_hours 0',
      'the first of two items that break a rule is named'),
    (pg_temp.items(pg_temp.item(:'haircut'), pg_temp.item(:'haircut'), pg_temp.item(:'haircut')),
      '2026-12-02 16:00+01', null, 'outside_business_hours 2',
      'the item for which nobody is left is named'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'color', :'ben')),
      '2026-12-02 14:00+01', null, 'service_not_offered 1',
      'the item that its staff do not perform is named'),
    (pg_temp.items(pg_temp.item(:'haircut'), pg_temp.item(:'shave')),
      '2026-12-02 14:00+01', null, 'service_not_offered 1', 'the item that nobody performs is named'),
    (pg_temp.items(pg_temp.item(:'haircut'), pg_temp.item(gen_random_uuid())),
      '2026-12-02 14:00+01', null, 'not_found 1', 'the item with an unknown service is named'),
    (pg_temp.items(pg_temp.item(:'haircut'), pg_temp.item(:'haircut', gen_random_uuid())),
      '2026-12-02 14:00+01', null, 'not_found 1', 'the item with unknown staff is named'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben', true)),
      '2026-12-02 14:00+01', null, 'slot_conflict',
      'no item is named if each could be booked alone'),
    (pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')),
      '2026-12-02 14:00+01', 1, 'price_mismatch', 'no item is named if the sum is another')
) i (items, starts_at, price, failing, label);

select schnittwerk.create_visit('v', :'carla', pg_temp.items(
  pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'anna'),
  pg_temp.item(:'haircut', :'ben')), '2026-12-03 09:00+01') as answer \gset
select :'answer'::jsonb #>> '{visit,id}' as visit,
  :'answer'::jsonb #>> '{visit,appointments,0,id}' as first \gset
select schnittwerk.cancel_booking('c', :'first', p_override_reason => 'a favour') \g /dev/null
-- The two items that are left would begin at 10:00 and 11:00.
select is(
  pg_temp.failing(schnittwerk.reschedule_visit('m', :'visit', '2026-12-02 10:00+01')),
  'slot_conflict 2', 'a move names the item as the visit shows it, cancelled ones included'
);
select is(
  schnittwerk.reschedule_visit('m', :'visit', '2026-12-02 10:00+01') - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": true, "http_status": 409, "code": "slot_conflict", "item": 2,
    "error": "New time slot not available", "details": "Time slot conflicts with another appointment"
  }', 'a replay names the same item'
);
select * from finish();
rollback;
