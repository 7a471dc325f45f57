begin;
select plan(9);
\ir ../fixture.psql

select schnittwerk.join_waitlist(
  '1', :'carla', :'haircut', '2026-12-01', '2026-12-10', :'anna', '{14:00,09:30}', '{3,1}', 7,
  'Short, please'
) as answer \gset
select is(
  :'answer'::jsonb - '{operation_id,correlation_id,waitlist_entry}'::text[],
  '{"success": true, "replayed": false, "http_status": 201}',
  'joining answers 201'
);
select is(current_setting('response.status'), '201', 'response.status is set for the gateway');
select is(
  (:'answer'::jsonb -> 'waitlist_entry') - '{id}'::text[],
  jsonb_build_object(
    'salon_id', :'salon', 'customer_id', :'carla', 'service_id', :'haircut', 'staff_id', :'anna',
    'preferred_start_date', '2026-12-01', 'preferred_end_date', '2026-12-10',
    'preferred_times', '["09:30", "14:00"]'::jsonb, 'preferred_days', '[3, 1]'::jsonb,
    'priority', 7, 'status', 'active', 'notes', 'Short, please', 'offer', null,
    'created_at', '2026-12-01T07:00:00Z', 'updated_at', '2026-12-01T07:00:00Z'
  ),
  'the answer has the entry with all columns and no offer'
);
select results_eq(
  'select id, priority from schnittwerk_core.waitlist',
  format('values (uuid %L, 7)', :'answer'::jsonb #>> '{waitlist_entry,id}'),
  'the entry is stored'
);
select results_eq(
  'select id, operation_type, status, response from schnittwerk_core.booking_operations',
  format(
    'values (uuid %L, %L, %L, %L::jsonb)', :'answer'::jsonb ->> 'operation_id',
    'join_waitlist', 'completed', :'answer'),
  'the operation is stored with its answer'
);

select is(
  schnittwerk.join_waitlist('2', :'dora', :'haircut', '2026-12-01', '2026-12-01')
    -> 'waitlist_entry' -> c.key,
  c.value::jsonb, c.key || ' is ' || c.value || ' by default'
)
from (
  values ('staff_id', 'null'), ('preferred_times', 'null'), ('preferred_days', 'null'),
    ('priority', '0')
) c (key, value);

select * from finish();
rollback;
