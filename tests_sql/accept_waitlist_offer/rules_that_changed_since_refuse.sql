begin;
select plan(15);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'dora', :'haircut') as id \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select schnittwerk.save_service('Fringe', 30, 20, p_buffer_after_minutes => 0)
  #>> '{service,id}' as fringe \gset
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'fringe')
)), schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'fringe')
)) \g /dev/null
select schnittwerk.create_booking(
  'before', :'zoe', :'fringe', '2026-12-02 09:30+01', :'anna') ->> 'success' as before \gset

-- The code by which it is refused after a change, undone each time.
create function pg_temp.refused_after(p_entry_id uuid, p_change text)
returns text
language plpgsql
as $$
declare
  v_code text;
begin
  execute p_change;
  v_code := pg_temp.refusal(schnittwerk.accept_waitlist_offer('1', p_entry_id));
  if pg_temp.offers() is distinct from 'Dora: Anna 02 10:00' then
    v_code := v_code || ', and the offer has gone';
  end if;
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return v_code;
end
$$;

select is(
  pg_temp.refused_after(:'id', format(
    'select schnittwerk.' || change, :'anna', :'haircut', :'dora', :'fringe', :'ben')),
  code,
  format('after %s accepting is refused: %s', regexp_replace(change, '%(\d\$)?L', 'the id', 'g'), code))
from (
  values
    ('set_staff_services(%L, ''[]'')', '409 offer_expired, and the offer has gone'),
    ('save_staff(''Anna'', p_is_active => false, p_id => %L)',
      '409 offer_expired, and the offer has gone'),
    ('save_service(''Haircut'', 60, 75, p_is_active => false, p_id => %2$L)',
      '409 offer_expired, and the offer has gone'),
    ('set_policy(''minimum_booking_notice_hours'', ''27'')', '400 notice_too_short'),
    ('create_holiday(''Feast'', ''2026-12-02'')', '409 offer_expired, and the offer has gone'),
    ('set_special_hours(''2026-12-02'', ''[]'')', '409 offer_expired, and the offer has gone'),
    ('set_special_hours(''2026-12-02'', ''[{"start_time": "11:00", "end_time": "18:00"}]'')',
      '409 offer_expired, and the offer has gone'),
    ('set_policy(''advance_booking_limit_days'', ''1'')', '400 too_far_ahead'),
    ('set_policy(''require_slot_grid'', ''true''), '
      || 'schnittwerk.set_business_settings(''{"slot_interval_minutes": 25}'')', '400 off_grid'),
    ('add_time_off(%L, ''2026-12-02'')', '409 offer_expired, and the offer has gone'),
    ('save_service(''Haircut'', 60, 75, p_buffer_before_minutes => 30, p_id => %2$L)',
      '409 slot_conflict'),
    ('create_booking(''busy'', %3$L, %4$L, ''2026-12-02 10:30+01'', %5$L)', '409 customer_busy')
) t (change, code);

select schnittwerk.set_policy('advance_booking_limit_days', '1') \g /dev/null
select is(
  schnittwerk.accept_waitlist_offer('1', :'id') - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "code": "too_far_ahead",
    "error": "Booking creation failed",
    "details": "Appointment cannot be booked more than 1 days in advance"
  }', 'accepting is refused as create_booking would refuse'
);
select is(
  (select count(*) from schnittwerk_core.appointments where customer_id = :'dora'), 0::bigint,
  'a refused acceptance books nothing'
);
select schnittwerk.set_policy('advance_booking_limit_days', '90') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('2', :'id')), null,
  'the offer can be accepted once the rule no longer forbids it'
);

select * from finish();
rollback;
