begin;
select plan(4);
\ir ../fixture.psql
select is(
  pg_temp.who_may('select schnittwerk.get_business_settings()'),
  'anonymous nobody stranger customer staff receptionist admin service',
  'everyone may read the business settings'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  schnittwerk.get_business_settings(:'second'), '{
    "opening_hours": {}, "buffer_time_minutes": 15, "max_advance_booking_days": null,
    "slot_interval_minutes": 15, "preferred_hours": {"start_time": "10:00", "end_time": "16:00"},
    "quiet_hours": null, "price_rounding": 0.05
  }', 'a new salon has default settings'
);
select throws_ok(
  'select schnittwerk.get_business_settings()', 'PT400', 'salon_required',
  'with two salons, the salon is required'
);
select throws_ok(
  format('select schnittwerk.get_business_settings(%L)', :'anna'), 'PT404', 'not_found',
  'an unknown salon is not found'
);

select * from finish();
rollback;
