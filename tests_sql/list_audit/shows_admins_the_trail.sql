begin;
select plan(12);
\ir ../fixture.psql
\ir ../refused.psql
\ir ../clock.psql
select is(
  pg_temp.who_may($$select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02')$$),
  'admin service', 'only admins and the service may read the audit'
);
select pg_temp.now_is('2026-12-01 09:00+01') \g /dev/null
select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 07:00+01', :'ben', 'notes',
  p_override_reason => 'a favour') #>> '{appointment,id}' as appointment \gset
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select schnittwerk.cancel_booking('2', :'appointment', 'ill', 'late')
  ->> 'correlation_id' as correlation \gset

select results_eq(
  format($$select occurred_at, table_name, row_key ->> 'id', action, user_id, role, login,
    is_override, correlation_id, before, after - 'cancelled_at', reason, override_reason
    from schnittwerk.list_audit('2026-12-01', '2026-12-02', p_limit => 1)$$),
  format($$values (timestamptz '2026-12-01 10:00+01', 'appointments', %L, 'update', %L::uuid,
    'admin', 'authenticator', true, %L, '{"status": "pending", "cancelled_at": null}'::jsonb,
    '{"status": "cancelled", "cancellation_reason": "ill"}'::jsonb, 'ill', 'late')$$,
    :'appointment', :'admin_user', :'correlation'),
  'the audit lists newest first, with personal values'
);
select is(
  (select a.after ->> 'notes' from schnittwerk.list_audit('2026-12-01 09:00+01',
    '2026-12-01 10:00+01') a), 'notes', 'the audit includes its first instant but not its last'
);
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02', 'appointments')),
  2::bigint, 'the audit can be filtered by table');
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02',
    p_row_id => :'appointment')), 2::bigint, 'the audit can be filtered by row');
select cmp_ok(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02', 'staff_services',
    :'anna')), '=', 2::bigint, 'the audit can be filtered by one part of a row''s key');
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02',
    p_user_id => :'admin_user')), 2::bigint, 'the audit can be filtered by user');
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02', 'no_such_table')),
  0::bigint, 'the audit of an unknown table is empty');
select is(
  pg_temp.refused($$select schnittwerk.list_audit(null, '2026-12-02', repeat('x', 64),
    p_limit => 10001)$$), '400 invalid_input: p_from, p_table_name, p_limit',
  'one refusal names all invalid arguments');
select is(
  pg_temp.refused($$select schnittwerk.list_audit('2026-01-01', '2027-12-02')$$),
  '400 invalid_input: p_to', 'a period of more than 400 days is refused');

select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  (select string_agg(a.table_name, ' ') from schnittwerk.list_audit('2026-12-01', '2026-12-02',
    p_salon_id => :'second') a), 'salon', 'each salon has its own audit');
select is(
  pg_temp.refused($$select schnittwerk.list_audit('2026-12-01', '2026-12-02')$$),
  '400 salon_required', 'with two salons, the salon is required');

select * from finish();
rollback;
