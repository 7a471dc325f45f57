begin;
select plan(9);
\ir ../fixture.psql
select schnittwerk.save_salon('Schnitwerk', 'UTC') #>> '{salon,id}' as typo \gset
select schnittwerk.set_business_settings(
  '{"opening_hours": {"1": {"start_time": "09:00", "end_time": "18:00"}}}', :'typo') \g /dev/null
select schnittwerk.set_special_hours('2026-12-24', '[]', :'typo') \g /dev/null
select schnittwerk.set_policy('max_reschedules', '5', p_salon_id => :'typo') \g /dev/null
select schnittwerk.create_holiday('Feast', '2026-12-25', p_salon_id => :'typo') \g /dev/null
select schnittwerk.save_resource('Basin', p_salon_id => :'typo') #>> '{resource,id}' as basin \gset
select schnittwerk.close_resource(:'basin', '2026-12-25', p_salon_id => :'typo') \g /dev/null
select schnittwerk.read_events('reader', p_salon_id => :'typo') \g /dev/null
-- events of a transaction that has not committed are not dispatched yet
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel
)
select e.salon_id, e.id, e.occurred_at, e.number, e.subject_id, 'hook', 'webhook'
from schnittwerk_core.events e
where e.salon_id = :'typo';

select schnittwerk.delete_salon(:'typo') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'a salon without people and services is deleted');
select is(
  :'answer'::jsonb -> 'salon' ->> 'name', 'Schnitwerk', 'the answer has the salon as it was');
set constraints all immediate;
select results_eq(
  'select name from schnittwerk.list_salons()', array['Schnittwerk'],
  'deleting a salon leaves the other salon');
select is_empty(
  format('select from schnittwerk_core.events e where e.salon_id = %L', :'typo'),
  'the events of a deleted salon are deleted'
);
select is(
  (select count(*) from schnittwerk_core.holidays), 0::bigint,
    'the holidays of a deleted salon are deleted');
select is_empty(
  format('select from schnittwerk_core.resource r where r.salon_id = %L', :'typo'),
  'the rooms of a deleted salon are deleted'
);
select is(
  (select array_agg(distinct a.action order by a.action) from schnittwerk_core.audit a
    where a.salon_id = :'typo'),
  '{delete,insert}', 'the audit keeps the entries of a deleted salon'
);
select is(
  (select a.before ->> 'name' from schnittwerk_core.audit a
    where a.salon_id = :'typo' and a.table_name = 'salon' and a.action = 'delete'),
  'Schnitwerk', 'the audit has the deletion of the salon'
);
select is(
  pg_temp.refusal(schnittwerk.delete_salon(:'typo')), '404 not_found',
  'a deleted salon cannot be deleted again'
);

select * from finish();
rollback;
