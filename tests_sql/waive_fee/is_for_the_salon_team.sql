begin;
select plan(20);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.set_policy('no_show_fee_percent', '50') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
    #>> '{appointment,id}' as id,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 12:00+01', :'ben')
    #>> '{appointment,id}' as doras \gset
select pg_temp.now_is('2026-12-02 15:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.waive_fee('none', :'id', 'x')), '404 not_found',
  'an appointment without a fee has none to waive'
);
select schnittwerk.mark_no_show('n', :'id'), schnittwerk.confirm_booking('d', :'doras'),
  schnittwerk.mark_no_show('m', :'doras') \g /dev/null
select is(
  pg_temp.who_may(format($$select schnittwerk.waive_fee('who', %L, 'x')$$, :'id')),
  'staff receptionist admin service', 'the salon team and the service may waive a fee'
);

select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.waive_fee('', null, null)),
  '400 invalid_input: p_idempotency_key, p_appointment_id, p_reason',
  'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.waive_fee('k', :'id', r)), '400 invalid_input: p_reason',
  'a reason ' || what || ' is refused'
)
from (values (' ', 'without a word'), (repeat('x', 2001), 'longer than 2000 characters'))
  v (r, what);
select is(
  pg_temp.refusal(schnittwerk.waive_fee('k', gen_random_uuid(), 'x')), '404 not_found',
  'the fee of an unknown appointment is not found'
);
select pg_temp.now_is('2026-12-02 16:00+01') \g /dev/null
select schnittwerk.waive_fee('k', :'id', 'sick child') as answer \gset
select is(
  (:'answer'::jsonb -> 'fee') - '{salon_id}'::text[],
  jsonb_build_object(
    'appointment_id', :'id', 'customer_id', :'carla', 'cause', 'no_show', 'amount', 37.50,
    'status', 'waived', 'waived_at', '2026-12-02T15:00:00Z', 'withdrawn_at', null,
    'created_at', '2026-12-02T14:00:00Z', 'updated_at', '2026-12-02T15:00:00Z'),
  'waiving answers the whole fee'
);
select is(
  schnittwerk.waive_fee('k', :'id', 'sick child'), :'answer'::jsonb || '{"replayed": true}',
  'a retry of waiving gets the same answer'
);
select is(
  pg_temp.refusal(schnittwerk.waive_fee('k', :'id', 'other')), '422 idempotency_key_reused',
  'reusing the key with another reason is refused'
);
select is(
  schnittwerk.waive_fee('l', :'id', 'sick child') - '{operation_id,correlation_id}'::text[],
  '{"success": false, "replayed": false, "http_status": 400, "error": "Fee waiver failed",
    "code": "wrong_status", "details": "The fee is waived already"}',
  'a fee is waived once'
);
select schnittwerk.complete_booking('c', :'doras', 'she did come') \g /dev/null
select is(
  schnittwerk.waive_fee('m', :'doras', 'x') ->> 'details', 'The fee is withdrawn already',
  'a withdrawn fee cannot be waived'
);
select pg_temp.become_superuser() \g /dev/null
select results_eq(
  $$
    select idempotency_key, status, code, appointment_id
    from schnittwerk_core.booking_operations where operation_type = 'waive_fee'
    order by idempotency_key
  $$,
  format(
    $$values ('k', 'completed', null, %1$L::uuid), ('l', 'failed', 'wrong_status', %1$L),
      ('m', 'failed', 'wrong_status', %2$L)$$, :'id', :'doras'),
  'waivers and refused ones are recorded with their appointment'
);
select is(schnittwerk_core.rate_limit_kind('waive_fee'), 'change', 'a waiver counts as a change');

-- What the journal keeps, and who learns of it.
select results_eq(
  $$
    select a.action, a.role, a.row_key, p.subject_id, p.reason
    from schnittwerk_core.audit a
    left join schnittwerk_core.journal_personal p on p.salon_id = a.salon_id and p.journal_id = a.id
    where a.table_name = 'fee' and a.after ->> 'status' = 'waived'
  $$,
  format($$values ('update', 'staff', %L::jsonb, %L::uuid, 'sick child')$$,
    jsonb_build_object('appointment_id', :'id'), :'carla'),
  'the audit trail tells who waived a fee and why'
);
select is(
  (select string_agg(e.type, ' ' order by e.number) from schnittwerk_core.events e
    where e.type like 'fee.%'),
  'fee.owed fee.owed fee.waived fee.withdrawn', 'fees emit events'
);
select is(
  (select e.data - '{salon_id,created_at,updated_at}'::text[] from schnittwerk_core.events e
    where e.type = 'fee.owed' and e.subject_id = :'id'),
  jsonb_build_object(
    'appointment_id', :'id', 'customer_id', :'carla', 'cause', 'no_show', 'amount', 37.50,
    'status', 'owed', 'waived_at', null, 'withdrawn_at', null),
  'the event of a fee has what a collector needs'
);
select is(
  (select e.data ->> 'waived_at' from schnittwerk_core.events e where e.type = 'fee.waived'),
  '2026-12-02T15:00:00Z', 'times in the events of fees are UTC'
);
update schnittwerk_core.fee set amount = 30 where appointment_id = :'id';
delete from schnittwerk_core.appointments where id = :'id';
select is(
  (select string_agg(e.type, ' ' order by e.number) from schnittwerk_core.events e
    where e.type like 'fee.%' and e.subject_id = :'id'),
  'fee.owed fee.waived fee.updated fee.deleted',
  'direct SQL that changes a fee or deletes its appointment emits events'
);
select is(
  schnittwerk.booking_metrics('2026-12-02 15:00+01', '2026-12-02 15:01+01') -> 'fees',
  '{"owed": {"count": 0, "amount": 0}, "waived": {"count": 0, "amount": 0},
    "withdrawn": {"count": 1, "amount": 37.50}}',
  'the metrics count the fees recorded in their time by what became of them'
);
select is(
  schnittwerk.booking_metrics('2026-12-02 15:01+01', '2026-12-02 17:00+01')
    #> '{fees,withdrawn,count}', '0',
  'the metrics leave out the fees recorded at another time'
);

select * from finish();
rollback;
