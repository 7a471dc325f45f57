-- A no-show costs a fee, a correction withdraws it, and what was waived stays waived.
begin;
select plan(13);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.set_policy('no_show_fee_percent', '100') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
    #>> '{appointment,id}' as id,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 12:00+01', :'ben')
    #>> '{appointment,id}' as doras \gset
select schnittwerk.set_policy('no_show_fee_percent', '0') \g /dev/null
select schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')
    #>> '{appointment,id}' as free \gset
select schnittwerk.confirm_booking('c', :'id') ? 'fee' as confirmed \gset
select is(:'confirmed'::boolean, false, 'confirming tells of no fee');

select pg_temp.become_user(:'anna_user') \g /dev/null
select pg_temp.now_is('2026-12-02 15:00+01') \g /dev/null
select is(
  schnittwerk.mark_no_show('free', :'free') -> 'fee', 'null',
  'a no-show without an agreed fee costs nothing'
);
select schnittwerk.mark_no_show('n', :'id') as answer \gset
select is(
  (:'answer'::jsonb -> 'fee') - '{salon_id,created_at,updated_at}'::text[],
  jsonb_build_object(
    'appointment_id', :'id', 'customer_id', :'carla', 'cause', 'no_show', 'amount', 75.00,
    'status', 'owed', 'waived_at', null, 'withdrawn_at', null),
  'a no-show answers the fee owed'
);
select is(
  schnittwerk.mark_no_show('n', :'id'), :'answer'::jsonb || '{"replayed": true}',
  'a retry of a no-show answers the same fee'
);

select pg_temp.now_is('2026-12-02 16:00+01') \g /dev/null
select schnittwerk.complete_booking('c', :'id', 'she did come') as corrected \gset
select is(
  (:'corrected'::jsonb -> 'fee') - '{salon_id,appointment_id,customer_id}'::text[],
  '{"cause": "no_show", "amount": 75.00, "status": "withdrawn", "waived_at": null,
    "withdrawn_at": "2026-12-02T15:00:00Z", "created_at": "2026-12-02T14:00:00Z",
    "updated_at": "2026-12-02T15:00:00Z"}',
  'completing a no-show withdraws the fee and answers it'
);
select is(
  schnittwerk.mark_no_show('again', :'id', 'she did not') #>> '{fee,status}', 'owed',
  'a no-show that was completed by mistake costs the fee again'
);
select is(
  schnittwerk.get_appointment(:'id') #> '{fee,withdrawn_at}', 'null',
  'a fee that is owed again is no longer withdrawn'
);
select schnittwerk.waive_fee('w', :'id', 'a good customer') \g /dev/null
select is(
  schnittwerk.complete_booking('c2', :'id', 'she did come') -> 'fee', 'null',
  'completing a no-show withdraws no fee that was waived'
);
select is(
  schnittwerk.mark_no_show('n3', :'id', 'she did not') #>> '{fee,status}', 'waived',
  'a waived fee stays waived when the appointment is a no-show again'
);

select schnittwerk.confirm_booking('d', :'doras') \g /dev/null
select is(
  schnittwerk.complete_booking('done', :'doras') -> 'fee', 'null',
  'completing an appointment that was no no-show tells of no fee'
);
select is(
  schnittwerk.mark_no_show('late', :'doras', 'mistyped') #>> '{fee,status}', 'owed',
  'a correction from completed to no-show costs the fee'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select count(*) from schnittwerk_core.fee), 2::bigint, 'an appointment has at most one fee'
);
-- Terms of direct SQL: filled in with the others, else as they are given.
select schnittwerk.set_policy('no_show_fee_percent', '30') \g /dev/null
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, notes)
values (:'salon', :'dora', :'ben', :'haircut', '2026-12-04 10:00+01', '2026-12-04 11:00+01', 75, 'a');
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, notes,
  buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
  reschedule_deadline_hours, max_reschedules)
values (:'salon', :'dora', :'ben', :'haircut', '2026-12-04 14:00+01', '2026-12-04 15:00+01', 75, 'b',
  0, 0, 24, 2, 3);
select is(
  (select array_agg(a.no_show_fee_percent order by a.notes)
   from schnittwerk_core.appointments a where a.notes in ('a', 'b')), '{30,null}',
  'direct SQL without terms gets the fee that holds now, with all terms none'
);

select * from finish();
rollback;
