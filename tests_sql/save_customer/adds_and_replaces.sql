begin;
select plan(4);
\ir ../fixture.psql
select pg_temp.become_user(:'anna_user');
select schnittwerk.save_customer('Emil', 'emil@example.com', '+41 44 333 33 33', null, 'allergic')
  as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'a new customer is created');
select is(
  (:'answer'::jsonb -> 'customer') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'full_name', 'Emil', 'email', 'emil@example.com',
    'phone', '+41 44 333 33 33', 'profile_id', null, 'notes', 'allergic',
    'created_at', '2026-12-01T07:00:00Z'
  ), 'with all that was given'
);
select schnittwerk.save_customer('Emil E.', p_profile_id => :'anna_user',
  p_id => (:'answer'::jsonb #>> '{customer,id}')::uuid) as changed \gset
select is(:'changed'::jsonb ->> 'http_status', '200', 'with an id the customer is replaced');
select is(
  :'changed'::jsonb -> 'customer', :'answer'::jsonb -> 'customer' || jsonb_build_object(
    'full_name', 'Emil E.', 'email', null, 'phone', null, 'notes', null,
    'profile_id', :'anna_user'
  ), 'whole: what is not given is empty'
);

select * from finish();
rollback;
