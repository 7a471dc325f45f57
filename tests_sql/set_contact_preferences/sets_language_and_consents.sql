begin;
select plan(11);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may(format('select schnittwerk.set_contact_preferences(%L, %L)', :'carla', 'de')),
  'customer staff receptionist admin service',
  'customers and the salon team set a customer''s preferences'
);
select is(
  pg_temp.who_may(format('select schnittwerk.set_contact_preferences(%L, %L)', :'dora', 'de')),
  'customer(not_found) staff receptionist admin service',
  'only the salon team sets another customer''s preferences'
);
select pg_temp.become_user(:'carla_user');
select is(
  schnittwerk.get_contact_preferences(), jsonb_build_object(
    'customer_id', :'carla', 'language', null,
    'consents', '{"email": false, "sms": false, "chat": false}'::jsonb),
  'a customer agrees to no channel by default'
);
select is(
  schnittwerk.set_contact_preferences(
    p_language => 'en', p_consents => '{"email": true, "sms": true}'
  ) #> '{contact_preferences,consents}',
  '{"email": true, "sms": true, "chat": false}', 'a customer gives consents by channel'
);
select is(
  schnittwerk.set_contact_preferences(p_consents => '{"sms": false}') -> 'contact_preferences',
  jsonb_build_object('customer_id', :'carla', 'language', 'en',
    'consents', '{"email": true, "sms": false, "chat": false}'::jsonb),
  'preferences that are absent are kept'
);
select is(
  schnittwerk.set_contact_preferences() -> 'contact_preferences',
  schnittwerk.get_contact_preferences(), 'an empty change of preferences changes nothing'
);
select is(
  pg_temp.refused(format('select schnittwerk.get_contact_preferences(%L)', :'dora')),
  '404 not_found', 'another customer''s preferences are not found'
);
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(
    p_language => 'German', p_consents => '{"email": "yes", "fax": true}')),
  '400 invalid_input: p_language, p_consents.fax, p_consents.email',
  'an invalid language, channel and consent are refused'
);
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(p_consents => '[]')),
  '400 invalid_input: p_consents', 'consents that are no object are refused'
);
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(p_consents => '{"email": null}')),
  '400 invalid_input: p_consents.email', 'null as a consent is refused'
);
select pg_temp.become_user(:'admin_user');
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences()), '404 not_found',
  'an admin who is no customer has no preferences'
);

select * from finish();
rollback;
