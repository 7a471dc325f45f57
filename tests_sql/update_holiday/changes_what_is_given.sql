begin;
select plan(12);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.create_holiday('Christmas', '2026-12-24', true, p_description => 'closed',
  p_end_date => '2026-12-26') as created \gset
select (:'created'::jsonb #>> '{holiday,id}') as id \gset
select schnittwerk.update_holiday(:'id', '{"name": "Xmas", "end_date": null}') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'changing a holiday answers 200');
select is(
  :'answer'::jsonb -> 'holiday',
  :'created'::jsonb -> 'holiday' || '{"name": "Xmas", "end_date": null}',
  'absent values are kept and null values cleared'
);
select is(
  schnittwerk.update_holiday(:'id', '{}') -> 'holiday', :'answer'::jsonb -> 'holiday',
  'an empty change of a holiday changes nothing'
);
select is(
  schnittwerk.update_holiday(:'id', '{"date": "2026-12-25"}') #> '{holiday,recurring_day}', '25',
  'a new date takes the recurring day along'
);
select is(
  schnittwerk.update_holiday(:'id', '{"date": "2026-12-26", "recurring_day": 27}')
    -> 'holiday' @> '{"date": "2026-12-26", "recurring_month": 12, "recurring_day": 27}', true,
  'a recurring day given with a new date holds'
);
select is(
  schnittwerk.update_holiday(:'id', '{"date": "2026-12-26"}') #> '{holiday,recurring_day}', '27',
  'giving the current date keeps the recurring day'
);
select is(
  schnittwerk.update_holiday(:'id', '{"recurring_day": null}') #> '{holiday,recurring_day}', '26',
  'a cleared recurring day is the date''s'
);
select is(
  schnittwerk.update_holiday(:'id', '{"is_recurring": false}')
    -> 'holiday' @> '{"is_recurring": false, "recurring_month": null, "recurring_day": null}', true,
  'a holiday that is not recurring has no recurring day'
);
select is(
  schnittwerk.update_holiday(:'id', '{"is_recurring": true}')
    -> 'holiday' @> '{"recurring_month": 12, "recurring_day": 26}', true,
  'a holiday that recurs again gets its recurring day from the date'
);
select is(
  schnittwerk.update_holiday(:'id', jsonb_build_object(
    'affects_all_staff', false, 'staff_ids', jsonb_build_array(:'ben', :'ben')))
    #> '{holiday,staff_ids}', jsonb_build_array(:'ben'),
  'a holiday can be changed to some of the staff'
);
select is(
  schnittwerk.update_holiday(:'id', '{"name": "Christmas"}') #> '{holiday,staff_ids}',
  jsonb_build_array(:'ben'), 'a change of the name keeps the staff of a holiday'
);
select is(
  schnittwerk.update_holiday(:'id', '{"affects_all_staff": true}') #> '{holiday,staff_ids}',
  '[]', 'a holiday changed to all staff names no staff'
);

select * from finish();
rollback;
