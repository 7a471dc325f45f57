begin;
select plan(7);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.create_holiday('Christmas Day', '2024-12-25', true) as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'a holiday is created');
select is(
  (:'answer'::jsonb -> 'holiday') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'name', 'Christmas Day', 'date', '2024-12-25', 'end_date', null,
    'type', 'public_holiday', 'description', null, 'is_recurring', true, 'recurring_month', 12,
    'recurring_day', 25, 'affects_all_staff', true, 'created_at', '2026-12-01T07:00:00Z',
    'staff_ids', '[]'::jsonb
  ), 'month and day of a recurring one are those of its date'
);
select is(
  schnittwerk.create_holiday('Easter Monday', '2027-03-29', true, 4)
    #> '{holiday,recurring_day}', '29', 'each on its own'
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
    ), true, 'several days, for some of the staff'
);
select is_empty(
  format($$select * from schnittwerk.find_slots(%L, '2026-12-08', p_staff_id => %L)$$,
    :'haircut', :'ben'), 'Ben cannot be booked then'
);
select isnt_empty(
  format($$select * from schnittwerk.find_slots(%L, '2026-12-08', p_staff_id => %L)$$,
    :'haircut', :'anna'), 'Anna can'
);

select * from finish();
rollback;
