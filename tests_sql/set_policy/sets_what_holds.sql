begin;
select plan(6);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.set_policy('minimum_booking_notice_hours', '0.5') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'setting a policy answers 200');
select is(
  :'answer'::jsonb -> 'policy', '{
    "policy_key": "minimum_booking_notice_hours", "policy_value": 0.5, "default_value": 2,
    "value_type": "number", "minimum": 0, "maximum": 8760, "is_active": true,
    "description": "Minimum hours notice for booking"
  }', 'the answer has the policy as list_policies shows it'
);
select is(
  schnittwerk.get_booking_policy('minimum_booking_notice_hours'), '0.5',
  'the value of a policy that is set holds');
select is(
  schnittwerk.set_policy('minimum_booking_notice_hours', '4', false) #> '{policy,is_active}',
  'false', 'a policy may be set as inactive'
);
select is(
  schnittwerk.get_booking_policy('minimum_booking_notice_hours'), '2',
  'under an inactive policy the default holds');
select is(
  schnittwerk.set_policy('double_booking_prevention', 'false') ->> 'success', 'true',
  'a boolean policy can be set'
);

select * from finish();
rollback;
