begin;
select plan(7);
\ir ../fixture.psql

create function pg_temp.code(
  p_customer_id uuid, p_service_id uuid, p_start timestamptz, p_price numeric default null
)
returns text
language sql
as $$
  select coalesce(a ->> 'code', 'booked') from schnittwerk.create_booking(
    gen_random_uuid()::text, p_customer_id, p_service_id, p_start, p_expected_price => p_price) a
$$;

select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 12:00+01', :'ben')
\g /dev/null
select is(
  pg_temp.code(:'carla', :'haircut', '2026-12-02 12:00+01'), 'slot_conflict',
  'of a break and a conflict, the conflict is answered'
);
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
  'service_id', :'haircut', 'custom_price', 80))) \g /dev/null
select is(
  pg_temp.code(:'carla', :'haircut', '2026-12-02 12:00+01', 75), 'staff_unavailable',
  'of a break and another price, the break is answered'
);
select is(
  pg_temp.code(:'carla', :'haircut', '2026-12-02 12:00+01', 80), 'slot_conflict',
  'of a break with another price and a conflict, the conflict is answered'
);
select is(
  pg_temp.code(:'carla', :'haircut', '2026-12-02 10:00+01', 70), 'price_mismatch',
  'where all staff have another price, price_mismatch is answered'
);
select is(
  pg_temp.code(:'carla', :'haircut', '2026-12-06 10:00+01'), 'business_closed',
  'a rule of the salon that fails for all staff is answered'
);

select schnittwerk.save_service('Perm', 60, 90) #>> '{service,id}' as perm \gset
select is(
  pg_temp.code(:'carla', :'perm', '2026-12-02 10:00+01'), 'service_not_offered',
  'a service that nobody performs is not offered'
);
select schnittwerk.save_staff('Anna', p_is_active => false, p_id => :'anna') \g /dev/null
select is(
  pg_temp.code(:'carla', :'color', '2026-12-02 10:00+01'), 'service_not_offered',
  'a service that only inactive staff perform is not offered'
);

select * from finish();
rollback;
