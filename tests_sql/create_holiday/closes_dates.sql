begin;
select plan(7);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.create_holiday('Christmas Day', '2024-12-25', true) as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'creating a holiday answers 201');
select is(
  (:'answer'::jsonb -> 'holiday') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'name', 'Christmas Day', 'date', '2024-12-25', 'end_date', null,
    'type', 'public_holiday', 'description', null, 'is_recurring', true, 'recurring_month', 12,
    'recurring_day', 25, 'affects_all_staff', true, 'created_at', '2026-12-01T07:00:00Z',
    'staff_ids', '[]'::jsonb
  ), 'a recurring holiday takes month and day from its date'
);
select is(
  schnittwerk.create_holiday('Easter Monday', '2027-03-29', true, 4)
    #> '{holiday,recurring_day}', '29',
  'a recurring holiday given only a month takes its day from its date'
);
select is(
  schnittwerk.create_holiday('Leap day', '2024-02-29', true) #> '{holiday,recurring_day}', '29',
  '29 February may recur'
);
select is(
  schnittwerk.create_holiday('Renovation', '2026-12-07', p_type => 'maintenance',
    p_description => 'new floor', p_affects_all_staff => false,
    p_staff_ids => array[:'ben', :'ben']::uuid[], p_end_date => '2026-12-09')
    -> 'holiday' @> jsonb_build_object(
      'type', 'maintenance', 'description', 'new floor', 'end_date', '2026-12-09',
      'affects_all_staff', false, 'staff_ids', jsonb_build_array(:'ben')
    ), true, 'a holiday may last several days, for some of the staff'
);
select is_empty(
  format($$select * from schnittwerk.find_slots(%L, '2026-12-08', p_staff_id => %L)$$,
    :'haircut', :'ben'), 'staff on a holiday of theirs cannot be booked'
);
select isnt_empty(
  format($$select * from schnittwerk.find_slots(%L, '2026-12-08', p_staff_id => %L)$$,
    :'haircut', :'anna'), 'other staff can be booked on a holiday of some staff'
);

select * from finish();
rollback;
