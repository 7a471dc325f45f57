begin;
select plan(6);
\ir ../fixture.psql
select is(
  pg_temp.who_may('select * from schnittwerk.list_policies()'),
  'stranger customer staff receptionist admin service', 'every signed-in user may list policies'
);
select results_eq(
  $$select policy_key, policy_value, default_value, value_type, minimum, maximum, is_active
    from schnittwerk.list_policies()
    where policy_key in (
      'cancellation_deadline_hours', 'reschedule_deadline_hours', 'max_reschedules',
      'advance_booking_limit_days', 'minimum_booking_notice_hours', 'waitlist_notification_hours',
      'double_booking_prevention')$$,
  $$values
    ('advance_booking_limit_days', '90'::jsonb, '90'::jsonb, 'integer', 1.0, 730.0, true),
    ('cancellation_deadline_hours', '24', '24', 'number', 0, 8760, true),
    ('double_booking_prevention', 'true', 'true', 'boolean', null, null, true),
    ('max_reschedules', '3', '3', 'integer', 0, 1000, true),
    ('minimum_booking_notice_hours', '2', '2', 'number', 0, 8760, true),
    ('reschedule_deadline_hours', '2', '2', 'number', 0, 8760, true),
    ('waitlist_notification_hours', '48', '48', 'number', 0, 8760, true)$$,
  'policies are listed by key, with defaults, types and ranges'
);
select ok(
  (select bool_and(description <> '') from schnittwerk.list_policies()),
    'each policy has a description');

select schnittwerk.set_business_settings('{"max_advance_booking_days": 30}') \g /dev/null
select is(
  (select description from schnittwerk.list_policies()
    where policy_key = 'advance_booking_limit_days'),
  'Maximum days ahead for booking; max_advance_booking_days in the settings is stricter: 30 days hold',
  'a policy names a setting that is stricter'
);
select is(
  (select count(*) from schnittwerk.list_policies() where description ~ 'stricter'), 1::bigint,
  'no other policy names a stricter setting'
);
select schnittwerk.set_policy('advance_booking_limit_days', '20') \g /dev/null
select is(
  (select description from schnittwerk.list_policies()
    where policy_key = 'advance_booking_limit_days'),
  'Maximum days ahead for booking', 'a policy stricter than its setting does not name it'
);

select * from finish();
rollback;
