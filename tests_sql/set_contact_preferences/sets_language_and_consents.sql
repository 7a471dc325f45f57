begin;
select plan(11);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may(format('select schnittwerk.set_contact_preferences(%L, %L)', :'carla', 'de')),
  'customer staff receptionist admin service', 'customers set their own'
);
select is(
  pg_temp.who_may(format('select schnittwerk.set_contact_preferences(%L, %L)', :'dora', 'de')),
  'customer(not_found) staff receptionist admin service', 'the salon''s people anybody''s'
);
select pg_temp.become_user(:'carla_user');
select is(
  schnittwerk.get_contact_preferences(), jsonb_build_object(
    'customer_id', :'carla', 'language', null,
    'consents', '{"email": false, "sms": false, "chat": false}'::jsonb),
  'nothing is agreed to until it is'
);
select is(
  schnittwerk.set_contact_preferences(
    p_language => 'en', p_consents => '{"email": true, "sms": true}'
  ) #> '{contact_preferences,consents}',
  '{"email": true, "sms": true, "chat": false}', 'consents'
);
select is(
  schnittwerk.set_contact_preferences(p_consents => '{"sms": false}') -> 'contact_preferences',
  jsonb_build_object('customer_id', :'carla', 'language', 'en',
    'consents', '{"email": true, "sms": false, "chat": false}'::jsonb),
  'what is absent is unchanged'
);
select is(
  schnittwerk.set_contact_preferences() -> 'contact_preferences',
  schnittwerk.get_contact_preferences(), 'no change changes nothing'
);
select is(
  pg_temp.refused(format('select schnittwerk.get_contact_preferences(%L)', :'dora')),
  '404 not_found', 'another''s are not shown'
);
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(
    p_language => 'German', p_consents => '{"email": "yes", "fax": true}')),
  '400 invalid_input: p_language, p_consents.fax, p_consents.email', 'what is wrong is refused'
);
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(p_consents => '[]')),
  '400 invalid_input: p_consents', 'consents are an object'
);
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(p_consents => '{"email": null}')),
  '400 invalid_input: p_consents.email', 'a consent is given or not'
);
select pg_temp.become_user(:'admin_user');
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences()), '404 not_found',
  'an admin who is no customer has none'
);

select * from finish();
rollback;
