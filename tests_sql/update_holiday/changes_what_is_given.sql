begin;
select plan(12);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.create_holiday('Christmas', '2026-12-24', true, p_description => 'closed',
  p_end_date => '2026-12-26') as created \gset
select (:'created'::jsonb #>> '{holiday,id}') as id \gset
select schnittwerk.update_holiday(:'id', '{"name": "Xmas", "end_date": null}') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'is a change');
select is(
  :'answer'::jsonb -> 'holiday',
  :'created'::jsonb -> 'holiday' || '{"name": "Xmas", "end_date": null}',
  'absent is kept, null is cleared'
);
select is(
  schnittwerk.update_holiday(:'id', '{}') -> 'holiday', :'answer'::jsonb -> 'holiday',
  'no change changes nothing'
);
select is(
  schnittwerk.update_holiday(:'id', '{"date": "2026-12-25"}') #> '{holiday,recurring_day}', '25',
  'a new date takes the yearly day along'
);
select is(
  schnittwerk.update_holiday(:'id', '{"date": "2026-12-26", "recurring_day": 27}')
    -> 'holiday' @> '{"date": "2026-12-26", "recurring_month": 12, "recurring_day": 27}', true,
  'unless it is given'
);
select is(
  schnittwerk.update_holiday(:'id', '{"date": "2026-12-26"}') #> '{holiday,recurring_day}', '27',
  'and the date that it has leaves it as it is'
);
select is(
  schnittwerk.update_holiday(:'id', '{"recurring_day": null}') #> '{holiday,recurring_day}', '26',
  'cleared it is the date''s again'
);
select is(
  schnittwerk.update_holiday(:'id', '{"is_recurring": false}')
    -> 'holiday' @> '{"is_recurring": false, "recurring_month": null, "recurring_day": null}', true,
  'what is not recurring has no yearly day'
);
select is(
  schnittwerk.update_holiday(:'id', '{"is_recurring": true}')
    -> 'holiday' @> '{"recurring_month": 12, "recurring_day": 26}', true, 'and gets one again'
);
select is(
  schnittwerk.update_holiday(:'id', jsonb_build_object(
    'affects_all_staff', false, 'staff_ids', jsonb_build_array(:'ben', :'ben')))
    #> '{holiday,staff_ids}', jsonb_build_array(:'ben'), 'it may be for some of the staff'
);
select is(
  schnittwerk.update_holiday(:'id', '{"name": "Christmas"}') #> '{holiday,staff_ids}',
  jsonb_build_array(:'ben'), 'who are kept'
);
select is(
  schnittwerk.update_holiday(:'id', '{"affects_all_staff": true}') #> '{holiday,staff_ids}',
  '[]', 'until it is for all'
);

select * from finish();
rollback;
