begin;
select plan(9);
\ir ../fixture.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
\g /dev/null
create function pg_temp.sqlstate_of(p_role text, p_statement text)
returns text
language plpgsql
as $$
begin
  perform pg_temp.become(p_role, '00000000-0000-4000-8000-000000000004');
  execute p_statement;
  return '00000';
exception when insufficient_privilege then
  return sqlstate;
end
$$;

select is(pg_temp.sqlstate_of(role, statement), '42501', role || ' cannot ' || statement)
from unnest('{schnittwerk_anon, schnittwerk_user, schnittwerk_service}'::text[]) role
cross join unnest(array[
  'select from schnittwerk_core.appointments',
  'select schnittwerk_core.clock()',
  'create function schnittwerk.f() returns int return 1'
]) statement;
select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
