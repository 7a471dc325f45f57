begin;
select plan(2);
\ir ../fixture.psql

select schnittwerk.create_booking(
  'hers', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben', 'Allergic to ammonia') as hers \gset
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 10:30+01', :'ben') as answer
\gset
select pg_temp.become_superuser() \g /dev/null

select is(:'answer'::jsonb ->> 'code', 'slot_conflict', 'a taken slot is refused');
select is_empty(
  format($$
    select secret from unnest(array[%L, %L, 'Dora', 'ammonia', '10:00', '11:00', '09:00', '23P01'])
      secret
    where strpos(%L, secret) > 0
  $$, :'dora', :'hers'::jsonb #>> '{appointment,id}', :'answer'),
  'the refusal of a taken slot tells nothing of its appointment'
);

select * from finish();
rollback;
