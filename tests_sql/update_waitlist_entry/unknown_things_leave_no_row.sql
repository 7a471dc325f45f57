begin;
select plan(9);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut') as id \gset
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select schnittwerk.save_staff('Finn', p_salon_id => :'other') #>> '{staff,id}' as finn \gset
select is(
  schnittwerk.update_waitlist_entry('1', id, changes, salon) ->> 'details', details, description)
from (
  values
    (gen_random_uuid(), '{}'::jsonb, :'salon'::uuid, 'There is no such waitlist entry',
      'an unknown entry is not found'),
    (:'id', '{}', :'other', 'There is no such waitlist entry',
      'an entry of another salon is not found'),
    (:'id', jsonb_build_object('staff_id', gen_random_uuid()), :'salon',
      'There is no such member of staff', 'an unknown member of staff is not found'),
    (:'id', jsonb_build_object('staff_id', :'finn'), :'salon',
      'There is no such member of staff', 'staff of another salon are not found'),
    (:'id', '{}', gen_random_uuid(), 'There is no such salon', 'an unknown salon is not found'),
    (:'id', '{}', null, 'There is more than one salon', 'with two salons, the salon is required')
) t (id, changes, salon, details, description);
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry('', null, '{}', :'salon')),
  '400 invalid_input: p_idempotency_key, p_entry_id',
  'a missing key and a missing entry are refused together'
);
select is(
  (select count(*) from schnittwerk_core.booking_operations
    where operation_type = 'update_waitlist_entry'),
  0::bigint, 'calls with unknown ids are not stored under the key'
);
select is(
  schnittwerk.update_waitlist_entry('1', :'id', '{}', :'salon') ->> 'replayed', 'false',
  'the key of a call with unknown ids can be used again'
);

select * from finish();
rollback;
