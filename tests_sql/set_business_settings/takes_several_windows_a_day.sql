begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.set_business_settings('{"opening_hours": {
  "1": [
    {"start_time": "14:00", "end_time": "24:00"},
    {"is_open": true, "start_time": "09:00", "end_time": "12:00"}
  ],
  "2": [{"is_open": true, "start_time": "09:00", "end_time": "12:00"}],
  "3": {"is_open": false},
  "4": [],
  "5": [
    {"is_open": false, "start_time": "09:00", "end_time": "18:00"},
    {"start_time": "09:00", "end_time": "10:00"},
    {"start_time": "09:00", "end_time": "12:00"}
  ]
}}') #> '{business_settings,opening_hours}' as hours \gset
select is(
  :'hours'::jsonb, '{
    "1": [
      {"is_open": true, "start_time": "09:00", "end_time": "12:00"},
      {"is_open": true, "start_time": "14:00", "end_time": "24:00"}
    ],
    "2": {"is_open": true, "start_time": "09:00", "end_time": "12:00"},
    "5": {"is_open": true, "start_time": "09:00", "end_time": "12:00"}
  }', 'several windows are a list, one is an object, closed days are left out'
);
select results_eq(
  format($$select distinct to_char(starts_at at time zone 'Europe/Zurich', 'Dy')
    from schnittwerk.find_slots(%L, '2026-12-07', '2026-12-13') order by 1$$, :'haircut'),
  '{Fri,Mon,Tue}'::text[], 'a weekday that is left out is closed'
);
select results_eq(
  format($$select to_char(starts_at at time zone 'Europe/Zurich', 'HH24:MI')
    from schnittwerk.find_slots(
      %L, '2026-12-07', p_staff_id => %L, p_slot_interval_minutes => 60)$$,
    :'haircut', :'ben'),
  '{09:00,10:00,11:00,14:00,15:00,16:00,17:00,18:00,19:00}'::text[],
  'between two windows the salon is closed'
);

select * from finish();
rollback;
