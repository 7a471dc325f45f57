begin;
select plan(3);
\ir ../fixture.psql

create function pg_temp.slots(p_service_id uuid)
returns jsonb
language sql
as $$
  select jsonb_agg(s) from schnittwerk.find_slots(p_service_id, '2026-12-01', '2026-12-08') s
$$;
select pg_temp.slots(:'haircut') as slots \gset

select pg_temp.become_anonymous() \g /dev/null
select is(pg_temp.slots(:'haircut'), :'slots',
  'an anonymous caller sees the slots that the service sees');
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(pg_temp.slots(:'haircut'), :'slots', 'a customer sees the slots that the service sees');
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(pg_temp.slots(:'haircut'), :'slots',
  'a user without a profile sees the slots that the service sees');

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
