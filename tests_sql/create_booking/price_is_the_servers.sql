begin;
select plan(6);
\ir ../fixture.psql

select schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
  'service_id', :'haircut', 'custom_price', 82.5, 'estimated_duration_minutes', 50))) \g /dev/null

select is(
  jsonb_build_array(a -> 'price', a -> 'ends_at'),
  '[82.50, "2026-12-02T09:50:00Z"]', 'each member of staff has their own price and minutes'
)
from (
  select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
    -> 'appointment'
) t (a);
select is(
  schnittwerk.create_booking(
    '2', :'carla', :'haircut', '2026-12-02 14:00+01', :'ben', p_expected_price => 75
  ) - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409,
    "error": "Booking creation failed", "code": "price_mismatch", "details": "The price is 82.50"
  }',
  'another expected price is refused, with the server''s price'
);
select is(
  schnittwerk.create_booking(
    '3', :'carla', :'haircut', '2026-12-02 14:00+01', :'ben', p_expected_price => 82.50
  ) ->> 'success',
  'true', 'the right expected price books'
);
select is(
  schnittwerk.create_booking(
    '0', :'carla', :'haircut', '2026-12-03 14:00+01', :'ben', p_expected_price => 0
  ) ->> 'code',
  'price_mismatch', 'an expected price of 0 is compared'
);

select schnittwerk.save_service('Consultation', 15, 0) #>> '{service,id}' as consultation \gset
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'consultation'))) \g /dev/null
select is(
  schnittwerk.create_booking(
    '4', :'carla', :'consultation', '2026-12-02 15:30+01', :'anna', p_expected_price => 1
  ) ->> 'code',
  'price_mismatch', 'an expected price of 1 for a free service is refused'
);
select is(
  schnittwerk.create_booking(
    '5', :'carla', :'consultation', '2026-12-02 15:30+01', :'anna', p_expected_price => 0
  ) #>> '{appointment,price}',
  '0.00', 'an expected price of 0 books a free service'
);

select * from finish();
rollback;
