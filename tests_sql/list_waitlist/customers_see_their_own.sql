begin;
select plan(12);
\ir ../fixture.psql
\ir ../waitlist.psql
\ir ../refused.psql

select pg_temp.wait(:'carla', :'haircut') as a, pg_temp.wait(:'dora', :'haircut') as b \gset
select is(
  pg_temp.who_may('select count(*) from schnittwerk.list_waitlist()'),
  'customer staff receptionist admin service', 'customers and the salon team may list the waitlist'
);
select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  (select count(*) from schnittwerk.list_waitlist()), 2::bigint,
  'the salon team sees all entries'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  (select array_agg(id) from schnittwerk.list_waitlist()), array[:'a'::uuid],
  'customers see only their own entries'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refused('select * from schnittwerk.list_waitlist()'), '401 not_authenticated',
  'a caller who is not signed in is refused'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refused('select * from schnittwerk.list_waitlist()'), '403 forbidden',
  'a user without a profile in the salon is refused'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select schnittwerk.save_service('Shave', 30, 20, p_salon_id => :'other')
  #>> '{service,id}' as shave \gset
select is(
  pg_temp.refused(format('select * from schnittwerk.list_waitlist(%s)', format(args,
    :'salon', :'shave'))),
  refusal, description
)
from (
  values
    ('', '400 salon_required', 'with two salons, the salon is required'),
    ('p_salon_id => gen_random_uuid()', '404 not_found', 'an unknown salon is not found'),
    ('p_service_id => %2$L, p_salon_id => %1$L', '404 not_found',
      'a service of another salon is not found'),
    ('p_service_id => gen_random_uuid(), p_salon_id => %L', '404 not_found',
      'an unknown service is not found'),
    ('p_status => ''waiting'', p_salon_id => %L', '400 invalid_input: p_status',
      'an unknown status is refused'),
    ('p_from => ''infinity'', p_to => ''-infinity'', p_salon_id => %L',
      '400 invalid_input: p_from, p_to', 'infinite dates are refused'),
    ('p_from => ''2026-12-02'', p_to => ''2026-12-01'', p_salon_id => %L',
      '400 invalid_input: p_to', 'p_to before p_from is refused')
) t (args, refusal, description);

select * from finish();
rollback;
