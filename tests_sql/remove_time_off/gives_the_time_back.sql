begin;
select plan(7);
\ir ../fixture.psql
select schnittwerk.add_time_off(:'anna', '2026-12-03') -> 'time_off' as time_off \gset
select (:'time_off'::jsonb ->> 'id') as id \gset
select is(
  pg_temp.who_may(format('select schnittwerk.remove_time_off(%L)', :'id')),
  'staff admin service', 'staff may remove their own time off, admins anybody''s'
);
select schnittwerk.remove_time_off(:'id') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'removing time off answers 200');
select is(:'answer'::jsonb -> 'time_off', :'time_off'::jsonb,
  'the answer has the time off as it was');
select isnt_empty(
  format($$select * from schnittwerk.find_slots(%L, '2026-12-03', p_staff_id => %L)$$,
    :'haircut', :'anna'), 'the time of removed time off can be booked'
);
select is(
  pg_temp.refusal(schnittwerk.remove_time_off(:'id')), '404 not_found',
  'removed time off cannot be removed again');
select is(
  pg_temp.refusal(schnittwerk.remove_time_off(null)), '400 invalid_input: p_time_off_id',
  'remove_time_off requires an id'
);
select schnittwerk.add_time_off(:'ben', '2026-12-03') #>> '{time_off,id}' as bens \gset
select pg_temp.become_user(:'anna_user');
select is(
  pg_temp.refusal(schnittwerk.remove_time_off(:'bens')), '404 not_found',
  'staff do not find the time off of others'
);

select * from finish();
rollback;
