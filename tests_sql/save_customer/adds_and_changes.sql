begin;
select plan(5);
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
  ), 'a new customer has all that was given'
);
select schnittwerk.save_customer('Emil E.', p_profile_id => :'anna_user',
  p_id => (:'answer'::jsonb #>> '{customer,id}')::uuid) as changed \gset
select is(:'changed'::jsonb ->> 'http_status', '200', 'with an id the customer is changed');
select is(
  :'changed'::jsonb -> 'customer', :'answer'::jsonb -> 'customer' || jsonb_build_object(
    'full_name', 'Emil E.', 'profile_id', :'anna_user'
  ), 'a change of a customer keeps what is not given'
);
select is(
  schnittwerk.save_customer(null, 'e@example.com', p_id => (:'answer'::jsonb #>> '{customer,id}')::uuid,
    p_clear => '{p_phone,p_profile_id,p_notes}') -> 'customer',
  :'changed'::jsonb -> 'customer'
    || '{"email": "e@example.com", "phone": null, "notes": null, "profile_id": null}',
  'p_clear empties what it names, and a null name keeps the name'
);

select * from finish();
rollback;
