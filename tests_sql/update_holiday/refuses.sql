begin;
select plan(17);
\ir ../fixture.psql
select schnittwerk.create_holiday('Blackout', '2026-12-03') #>> '{holiday,id}' as id \gset
select is(
  pg_temp.who_may(format($$select schnittwerk.update_holiday(%L, '{"name": "X"}')$$, :'id')),
  'admin service', 'only admins and the service change holidays'
);
select is(
  pg_temp.refusal(schnittwerk.update_holiday(null, null)),
  '400 invalid_input: p_holiday_id, p_changes', 'holiday and changes are required'
);
select is(
  pg_temp.refusal(schnittwerk.update_holiday(:'id', c.changes)),
  '400 invalid_input: ' || c.paths, format('the changes %s are refused', c.changes)
)
from (
  values
    ('[]'::jsonb, 'p_changes'),
    ('{"id": "x", "salon_id": "y"}', 'p_changes.id, p_changes.salon_id'),
    ('{"name": 1, "date": "2026-02-30", "end_date": "soon", "type": false, "description": []}',
      'p_changes.name, p_changes.date, p_changes.end_date, p_changes.type, p_changes.description'),
    ('{"is_recurring": "yes", "affects_all_staff": 1, "staff_ids": {},
      "recurring_month": 1.5, "recurring_day": 1e30}',
      'p_changes.is_recurring, p_changes.affects_all_staff, p_changes.staff_ids, '
      || 'p_changes.recurring_month, p_changes.recurring_day'),
    ('{"staff_ids": ["x", null]}', 'p_changes.staff_ids[0], p_changes.staff_ids[1]'),
    ('{"name": null, "date": null, "type": null, "is_recurring": null, "affects_all_staff": null}',
      'p_changes.name, p_changes.date, p_changes.type, p_changes.is_recurring, '
      || 'p_changes.affects_all_staff'),
    ('{"date": "2899-01-01", "end_date": "2026-12-03"}', 'p_changes.end_date'),
    ('{"end_date": "2026-12-02", "type": "party", "name": " "}',
      'p_changes.name, p_changes.end_date, p_changes.type'),
    ('{"is_recurring": true, "recurring_month": 2, "recurring_day": 30}',
      'p_changes.recurring_day'),
    ('{"recurring_month": 2}', 'p_changes.recurring_month'),
    ('{"affects_all_staff": false}', 'p_changes.staff_ids'),
    ('{"staff_ids": ["00000000-0000-4000-8000-000000000001"]}', 'p_changes.staff_ids')
) c (changes, paths);
select is(
  pg_temp.refusal(schnittwerk.update_holiday(
    :'id', jsonb_build_object('affects_all_staff', false, 'staff_ids', array[:'carla']))),
  '404 not_found', 'unknown staff are not found'
);
select is(
  pg_temp.refusal(schnittwerk.update_holiday(:'anna', '{}')), '404 not_found',
  'an unknown holiday is not found');
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.update_holiday(:'id', '{}', :'second')), '404 not_found',
  'a holiday of another salon is not found'
);

select * from finish();
rollback;
