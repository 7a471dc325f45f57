begin;
select plan(6);
\ir ../fixture.psql
\ir ../refused.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
  #>> '{appointment,id}' as carlas \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')
  #>> '{appointment,id}' as doras \gset

select is(
  pg_temp.who_may(format('select %s(%L)', function,
    :'doras')), answer, function || ' finds no appointment of another customer'
)
from (
  values
    ('schnittwerk.appointment_policies', 'customer(not_found) staff receptionist admin service'),
    ('schnittwerk.get_appointment', 'customer(not_found) staff receptionist admin service')
) t (function, answer);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.get_appointment(:'carlas') ->> 'status', 'pending',
  'a customer sees their own appointment');
select is(
  pg_temp.refused(format('select schnittwerk.get_appointment(%L)', :'doras')),
  pg_temp.refused('select schnittwerk.get_appointment(gen_random_uuid())'),
  'another customer''s appointment is refused like an unknown one'
);
select is(
  pg_temp.refused('select schnittwerk.get_appointment(null)'),
  '400 invalid_input: p_appointment_id', 'get_appointment requires an id'
);
select is(
  pg_temp.refused('select schnittwerk.appointment_policies(null)'),
  '400 invalid_input: p_appointment_id', 'appointment_policies requires an id'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
