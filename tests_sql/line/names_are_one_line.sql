begin;
select plan(20);
\ir ../fixture.psql

-- Each call that stores a name, with the name as %1$L, and where it says the name that it stored.
create temporary table naming (call text, stored text[], argument text);
insert into naming
values
  ('save_salon(%1$L, ''UTC'')', '{salon,name}', 'p_name'),
  ('save_service(%1$L, 30, 50, p_salon_id => %2$L)', '{service,name}', 'p_name'),
  ('save_service(''Cut'', 30, 50, %1$L, p_salon_id => %2$L)', '{service,category}', 'p_category'),
  ('save_staff(%1$L, p_salon_id => %2$L)', '{staff,full_name}', 'p_full_name'),
  ('save_customer(%1$L, p_salon_id => %2$L)', '{customer,full_name}', 'p_full_name'),
  ('save_profile(%3$L, ''staff'', %1$L, p_salon_id => %2$L)', '{profile,full_name}', 'p_full_name'),
  ('create_holiday(%1$L, ''2026-12-24'', p_salon_id => %2$L)', '{holiday,name}', 'p_name'),
  ('update_holiday(%4$L, jsonb_build_object(''name'', %1$L), %2$L)', '{holiday,name}',
    'p_changes.name'),
  ('add_time_off(%5$L, ''2026-12-24'', p_type => %1$L, p_salon_id => %2$L)', '{time_off,type}',
    'p_type');
select schnittwerk.create_holiday('Feast', '2026-12-31') #>> '{holiday,id}' as feast \gset

create function pg_temp.name_it(p_call text, p_name text, variadic p_ids text[])
returns jsonb
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  execute 'select schnittwerk.' || format(p_call, p_name, p_ids[1], p_ids[2], p_ids[3], p_ids[4])
    into v_answer;
  raise exception using errcode = 'UNDO0', message = v_answer::text;
exception when sqlstate 'UNDO0' then
  return sqlerrm::jsonb;
end
$$;

-- e with a combining diaeresis, between a no-break space and a line break
select is(
  pg_temp.name_it(
    n.call, U&'\00a0 Zoe\0308 K\000d\000a', :'salon', :'carla_user', :'feast', :'anna')
    #>> n.stored,
  U&'Zo\00eb K', split_part(n.call, '(', 1) || ' composes and trims ' || n.argument)
from naming n;
select is(
  (
    select array_agg(to_hex(c.code) order by c.code)
    from unnest('{1,9,10,13,27,127,133,155,1564,8206,8207,8232,8233,8234,8238,8294,8297}'::int[])
      c (code)
    where pg_temp.refusal(pg_temp.name_it(
      n.call, 'Anna' || chr(c.code) || 'Keller', :'salon', :'carla_user', :'feast', :'anna'
    )) is distinct from '400 invalid_input: ' || n.argument
  ), null,
  split_part(n.call, '(', 1) || ' refuses control and bidirectional characters in ' || n.argument)
from naming n;
select is(
  pg_temp.refusal(schnittwerk.save_customer(U&'\00a0\3000')), '400 invalid_input: p_full_name',
  'a name of white space is refused'
);
select is(
  schnittwerk.save_customer('Emil', p_notes => U&'two\000alines\0009and \200fmarks')
    #>> '{customer,notes}',
  U&'two\000alines\0009and \200fmarks', 'notes may have line breaks, tabs and direction marks'
);

select * from finish();
rollback;
