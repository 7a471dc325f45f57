begin;
select plan(11);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
create function pg_temp.entry(p_customer_id uuid, p_salon_id uuid, p_service_id uuid)
returns text
language sql
as $$
  select schnittwerk.join_waitlist(
    gen_random_uuid()::text, p_customer_id, p_service_id, '2026-12-01', '2026-12-10',
    p_salon_id => p_salon_id
  ) #>> '{waitlist_entry,id}'
$$;
select pg_temp.entry(:'carla', :'salon', :'haircut') as carlas,
  pg_temp.entry(:'dora', :'salon', :'haircut') as doras \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01'),
  pg_temp.free(:'haircut', :'ben', '2026-12-02 10:00+01') \g /dev/null

select is(
  pg_temp.who_may(format('select schnittwerk.accept_waitlist_offer(%L, %L, %L) as answer', '1', :'carlas', :'salon')),
  'customer staff receptionist admin service', 'Carla and the salon team may accept Carla''s offer'
);
select is(
  pg_temp.who_may(format('select schnittwerk.accept_waitlist_offer(%L, %L, %L) as answer', '1', :'doras', :'salon')),
  'customer(not_found) staff receptionist admin service',
  'only the salon team may accept the offer of another customer'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('', null, :'salon')),
  '400 invalid_input: p_idempotency_key, p_entry_id',
  'a missing key and a missing entry are refused together'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('1', :'carlas')), '400 salon_required',
  'with two salons, the salon is required'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('1', :'carlas', :'other')), '404 not_found',
  'an entry of another salon is not found'
);
select is(
  schnittwerk.accept_waitlist_offer('1', gen_random_uuid(), :'salon') - 'correlation_id',
  '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 404,
    "code": "not_found", "error": "Not found", "details": "There is no such waitlist entry"
  }', 'an unknown entry is not found'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('1', :'carlas', :'salon')), '401 not_authenticated',
  'a caller who is not signed in is refused'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('1', :'carlas', :'salon')), '403 forbidden',
  'a user without a profile in the salon is refused'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.accept_waitlist_offer('1', :'doras', :'salon') - 'correlation_id',
  schnittwerk.accept_waitlist_offer('1', gen_random_uuid(), :'salon') - 'correlation_id',
  'another customer''s entry is refused like an unknown one'
);
select pg_temp.become_superuser() \g /dev/null
select is_empty(
  'select from schnittwerk_core.booking_operations where operation_type = ''accept_waitlist_offer''',
  'calls refused before any rule leave the key unused'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('1', :'carlas', :'salon')), null,
  'the key of a refused call can still be used'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
