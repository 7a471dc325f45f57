begin;
select plan(5);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select '{
  "opening_hours": {
    "0": {"is_open": false, "start_time": "10:00", "end_time": "14:00"},
    "1": {"is_open": true, "start_time": "09:00", "end_time": "18:00"},
    "2": {"is_open": true, "start_time": "09:00", "end_time": "18:00"},
    "3": {"is_open": true, "start_time": "09:00", "end_time": "18:00"},
    "4": {"is_open": true, "start_time": "09:00", "end_time": "19:00"},
    "5": {"is_open": true, "start_time": "09:00", "end_time": "19:00"},
    "6": {"is_open": true, "start_time": "08:00", "end_time": "16:00"}
  },
  "buffer_time_minutes": 15,
  "max_advance_booking_days": 30
}' as original \gset
select schnittwerk.set_business_settings('{
  "opening_hours": {}, "buffer_time_minutes": 0, "max_advance_booking_days": null,
  "slot_interval_minutes": 30, "preferred_hours": {"start_time": "00:00", "end_time": "24:00"},
  "quiet_hours": {"start_time": "21:30", "end_time": "07:00"}, "price_rounding": 0.1
}') \g /dev/null
select is(
  schnittwerk.get_business_settings(), '{
    "opening_hours": {}, "buffer_time_minutes": 0, "max_advance_booking_days": null,
    "slot_interval_minutes": 30, "preferred_hours": {"start_time": "00:00", "end_time": "24:00"},
    "quiet_hours": {"start_time": "21:30", "end_time": "07:00"}, "price_rounding": 0.1
  }', 'all settings can be changed'
);
select schnittwerk.set_business_settings(:'original') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'changing the settings answers 200');
select is(
  :'answer'::jsonb -> 'business_settings', :'original'::jsonb
    || '{"slot_interval_minutes": 30,
      "preferred_hours": {"start_time": "00:00", "end_time": "24:00"},
      "quiet_hours": {"start_time": "21:30", "end_time": "07:00"}, "price_rounding": 0.1}',
  'the answer has the original settings and those that were absent'
);
select is(
  schnittwerk.get_business_settings(), :'answer'::jsonb -> 'business_settings',
  'the original settings are stored');
select is(
  schnittwerk.set_business_settings('{}') -> 'business_settings',
  :'answer'::jsonb -> 'business_settings', 'an empty change of settings changes nothing'
);

select * from finish();
rollback;
