begin;
select plan(7);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.save_customer('Emil')$$),
  'staff receptionist admin service', 'the salon''s people save customers'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer(
    null, repeat('x', 321), repeat('x', 51), null, repeat('x', 2001))),
  '400 invalid_input: p_full_name, p_email, p_phone, p_notes', 'all faults at once'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer(E'Emil\u0007')), '400 invalid_input: p_full_name',
  'no control characters'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer('Emil', p_id => :'anna')), '404 not_found',
  'an unknown id'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer('Emil', p_profile_id => :'stranger_user')),
  '404 not_found', 'an unknown profile'
);
select schnittwerk.save_customer('Emil', p_profile_id => :'carla_user') as answer \gset
select is(
  pg_temp.refusal(:'answer'), '400 invalid_input: p_profile_id', 'one profile is one customer');
select is(
  :'answer'::jsonb #>> '{details,0,message}', 'Another customer has this profile',
  'who that is stays untold'
);

select * from finish();
rollback;
