-- Reasons for waiving a fee are exported, erased and deleted with the customer's other values.
begin;
select plan(11);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.set_policy('no_show_fee_percent', '50') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
    #>> '{appointment,id}' as id,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 12:00+01', :'ben')
    #>> '{appointment,id}' as doras \gset
select pg_temp.now_is('2026-12-02 15:00+01') \g /dev/null
select schnittwerk.mark_no_show('n', :'id'), schnittwerk.mark_no_show('m', :'doras'),
  schnittwerk.waive_fee('w', :'id', 'her tooth'), schnittwerk.waive_fee('v', :'doras', 'her back')
\g /dev/null
create function pg_temp.reasons() returns text language sql as $$
  select string_agg(p.reason, ', ' order by p.reason) from schnittwerk_core.journal_personal p
$$;

select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.export_customer(:'carla') as all \gset
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.export_customer() as own \gset
select pg_temp.become_superuser() \g /dev/null
select is(
  (:'own'::jsonb #> '{appointments,0,fee}') - '{created_at,updated_at,waived_at}'::text[],
  '{"cause": "no_show", "amount": 37.50, "status": "waived", "withdrawn_at": null}',
  'the export has the fee of an appointment'
);
select alike(:'all'::text, '%her tooth%', 'an admin''s export has why a fee was waived');
select unalike(:'own'::text, '%her tooth%',
  'a customer''s own export hides why a fee was waived');
select unalike(:'all'::text, '%her back%', 'the export has no fee of other customers');

select schnittwerk.erase_customer(:'carla') \g /dev/null
select is(pg_temp.reasons(), 'her back', 'erasing a customer erases why their fees were waived');
select is(
  (select (f.status, f.amount, f.customer_id)::text from schnittwerk_core.fee f
    where f.appointment_id = :'id'),
  ('waived', 37.50, :'carla')::text, 'erasing a customer keeps their fees'
);
select is(
  (select o.response -> 'fee' from schnittwerk_core.booking_operations o
    where o.operation_type = 'waive_fee' and o.appointment_id = :'id'),
  jsonb_build_object('id', :'id'), 'erasing a customer leaves only ids in the stored answers'
);

select schnittwerk.set_policy('retention_notes_days', '10') \g /dev/null
select pg_temp.now_is('2026-12-13 15:00+01') \g /dev/null
select is(
  schnittwerk.apply_retention() #> '{retention,notes}', '1',
  'the reason of a waiver is due with the notes of its appointment'
);
select schnittwerk.apply_retention(false) \g /dev/null
select is(pg_temp.reasons(), null, 'the reason of a waiver goes with the notes of its appointment');
select is(
  schnittwerk.apply_retention() #> '{retention,notes}', '0',
  'a reason that was deleted is not due again'
);

-- Past their retention in the audit trail, reasons of fees go even while the event is kept.
select schnittwerk.set_policy('retention_notes_days', '0'),
  schnittwerk.set_policy('retention_events_days', '3650') \g /dev/null
select schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-14 12:00+01', :'ben')
    #>> '{appointment,id}' as later \gset
select pg_temp.now_is('2026-12-14 15:00+01') \g /dev/null
select schnittwerk.mark_no_show('o', :'later'), schnittwerk.waive_fee('x', :'later', 'her knee'),
  schnittwerk.set_policy('retention_audit_days', '90') \g /dev/null
select pg_temp.now_is('2027-04-01 15:00+01') \g /dev/null
select schnittwerk.apply_retention(false) \g /dev/null
select is(
  (pg_temp.reasons(), (select count(*) from schnittwerk_core.events e
    where e.type = 'fee.waived' and e.subject_id = :'later'))::text, (null::text, 1)::text,
  'the reason of a waiver is not kept longer than the audit trail'
);

select * from finish();
rollback;
