begin;
select plan(5);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.add_time_off(:'ben', '2026-12-03') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'time off is created');
select is(
  (:'answer'::jsonb -> 'time_off') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'staff_id', :'ben', 'start_date', '2026-12-03',
    'end_date', '2026-12-03', 'start_time', null, 'end_time', null, 'type', 'vacation',
    'is_approved', true, 'created_at', '2026-12-01T07:00:00Z'
  ), 'an admin adds one whole approved day by default'
);
select is(
  schnittwerk.add_time_off(:'ben', '2026-12-07', '2026-12-08', '14:00', '24:00', 'course')
    -> 'time_off' @> '{"end_date": "2026-12-08", "start_time": "14:00", "end_time": "24:00",
      "type": "course"}', true, 'time off may run from a time of one day to a time of another'
);
select is(
  schnittwerk.add_time_off(:'ben', '2026-12-09', p_is_approved => false)
    #> '{time_off,is_approved}', 'false', 'an admin may add time off that is not approved yet'
);
select results_eq(
  format($$select to_char(starts_at at time zone 'Europe/Zurich', 'DD'), count(*)
    from schnittwerk.find_slots(
      %L, '2026-12-03', '2026-12-09', %L, p_slot_interval_minutes => 60)
    group by 1 order by 1$$, :'haircut', :'ben'),
  $$values ('04', 10::bigint), ('05', 8), ('07', 5), ('09', 9)$$,
  'find_slots leaves out exactly the approved time off'
);

select * from finish();
rollback;
