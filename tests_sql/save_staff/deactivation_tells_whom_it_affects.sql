begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as bens \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 10:00+01', :'anna')
  \g /dev/null
select schnittwerk.save_staff('Ben', p_is_active => false, p_id => :'ben') as answer \gset
select is(
  :'answer'::jsonb -> 'affected_appointments', jsonb_build_array(jsonb_build_object(
    'salon_id', :'salon', 'id', :'bens', 'customer_id', :'carla', 'staff_id', :'ben',
    'service_id', :'haircut', 'starts_at', '2026-12-03T09:00:00Z',
    'ends_at', '2026-12-03T10:00:00Z', 'status', 'pending', 'price', 75.00,
    'steps', null, 'units', null, 'visit_id', null, 'visit_item', null,
    'buffer_before_minutes', 0, 'buffer_after_minutes', 15, 'reschedule_count', 0,
    'cancellation_deadline_hours', 24, 'reschedule_deadline_hours', 2, 'max_reschedules', 3,
    'price_details', null, 'promotion_id', null,
    'late_cancellation_fee_percent', null, 'no_show_fee_percent', null,
    'notes', null, 'cancellable_until', null, 'cancelled_at', null, 'cancellation_reason', null,
    'created_at', '2026-12-01T07:00:00Z', 'updated_at', '2026-12-01T07:00:00Z',
    'customer_name', 'Carla', 'customer_phone', '+41 44 111 11 11', 'staff_name', 'Ben',
    'service_name', 'Haircut', 'cause', 'service_not_offered'
  )), 'a deactivation lists appointments whole, with whom to call and the cause'
);
select is(
  schnittwerk.save_staff('Ben', p_is_active => false, p_id => :'ben')
    -> 'affected_appointments', '[]', 'a second deactivation lists no appointments'
);
select is_empty(
  format($$select * from schnittwerk.find_slots(%L, '2026-12-04', p_staff_id => %L)$$,
    :'haircut', :'ben'), 'inactive staff have no slots'
);

select * from finish();
rollback;
