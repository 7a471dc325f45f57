begin;
select plan(15);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.save_customer('Emil')$$),
  'staff receptionist admin service', 'the salon team and the service save customers'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer(
    null, repeat('x', 321), repeat('x', 51), null, repeat('x', 2001))),
  '400 invalid_input: p_full_name, p_email, p_phone, p_notes',
  'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer(E'Emil\u0007')), '400 invalid_input: p_full_name',
  'a name with a control character is refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer('Emil', p_id => :'anna')), '404 not_found',
  'an unknown customer is not found'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer('Emil', p_profile_id => :'stranger_user')),
  '404 not_found', 'an unknown profile is not found'
);
select schnittwerk.save_customer('Emil', p_profile_id => :'carla_user') as answer \gset
select is(
  pg_temp.refusal(:'answer'), '400 invalid_input: p_profile_id',
  'the profile of another customer is refused');
select is(
  :'answer'::jsonb #>> '{details,0,message}', 'Another customer has this profile',
  'the refusal does not name the other customer'
);

select is(
  pg_temp.refusal(schnittwerk.save_customer(null, p_id => :'carla', p_clear => c)),
  '400 invalid_input: p_clear', format('p_clear may not be %s', c)
)
from unnest(array[
  '{p_full_name}', '{p_email,email}', '{p_id}', '{null}', '{{p_email},{p_phone}}'
]::text[]) t (text)
cross join lateral (select t.text::text[]) a (c);
select is(
  schnittwerk.save_customer(null, p_id => :'carla', p_clear => '{p_emial}') #>> '{details,0,message}',
  'p_clear cannot empty "p_emial"; it may name p_email, p_notes, p_phone, p_profile_id',
  'the refusal tells what p_clear may name'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer(
    null, 'c@example.com', p_id => :'carla', p_clear => '{p_phone,p_email}')),
  '400 invalid_input: p_clear', 'a parameter with a value cannot be emptied'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer('Emil', p_clear => '{p_email}')),
  '400 invalid_input: p_clear', 'p_clear is refused for a new customer'
);

select * from finish();
rollback;
