begin;
select plan(13);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.join_waitlist(
  '1', :'carla', :'haircut', '2026-12-01', '2026-12-10', :'anna', '{09:30}', '{1}', 7, 'Short'
) -> 'waitlist_entry' as entry \gset
select :'entry'::jsonb ->> 'id' as id \gset
select pg_temp.now_is('2026-12-01 09:00+01') \g /dev/null

select is(
  schnittwerk.update_waitlist_entry('none', :'id', '{}') - '{operation_id,correlation_id}'::text[],
  jsonb_build_object(
    'success', true, 'replayed', false, 'http_status', 200, 'waitlist_entry',
    :'entry'::jsonb || '{"updated_at": "2026-12-01T08:00:00Z"}'),
  'absent keys keep their values'
);
select is(
  schnittwerk.update_waitlist_entry(key, :'id', jsonb_build_object(key, value::jsonb))
    #> array['waitlist_entry', key],
  value::jsonb, key || ' of an entry can be changed'
)
from (
  values
    ('staff_id', format('"%s"', :'ben')),
    ('preferred_end_date', '"2026-12-20"'), ('preferred_start_date', '"2026-12-20"'),
    ('preferred_times', '["09:00", "14:15"]'), ('preferred_days', '[0, 6]'), ('priority', '10'),
    ('notes', '"Long"')
) t (key, value);
select is(
  (schnittwerk.update_waitlist_entry('clear', :'id',
    '{"staff_id": null, "preferred_times": null, "preferred_days": null, "notes": null}')
    -> 'waitlist_entry') - '{created_at,updated_at}'::text[],
  jsonb_build_object(
    'id', :'id', 'salon_id', :'salon', 'customer_id', :'carla', 'service_id', :'haircut',
    'staff_id', null, 'preferred_start_date', '2026-12-20', 'preferred_end_date', '2026-12-20',
    'preferred_times', null, 'preferred_days', null, 'priority', 10, 'notes', null,
    'status', 'active', 'offer', null),
  'null clears a value'
);
select results_eq(
  'select staff_id, preferred_times, preferred_days, notes from schnittwerk_core.waitlist',
  'values (null::uuid, null::time[], null::int[], null::text)',
  'values that are cleared are stored as null'
);

select schnittwerk.update_waitlist_entry(
  'dates', :'id', '{"preferred_start_date": "2026-12-03"}') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.offers(), null, 'an entry is not offered slots that it no longer matches');
select schnittwerk.update_waitlist_entry('soon', :'id',
  '{"preferred_start_date": "2026-12-02", "preferred_end_date": "2026-12-02"}') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 14:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 02 10:00',
  'an entry is offered the earliest free slot that it now matches'
);
select is(
  schnittwerk.update_waitlist_entry(
    'with an offer', :'id', jsonb_build_object('staff_id', :'anna'))
    #>> '{waitlist_entry,offer,staff_id}',
  :'ben', 'an open offer stays when its entry changes'
);

select * from finish();
rollback;
