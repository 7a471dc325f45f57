begin;
select plan(12);
\ir ../fixture.psql
\ir ../refused.psql
\ir ../clock.psql
select is(
  pg_temp.who_may($$select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02')$$),
  'admin service', 'for admins'
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
  'newest first, values put together again'
);
select is(
  (select a.after ->> 'notes' from schnittwerk.list_audit('2026-12-01 09:00+01',
    '2026-12-01 10:00+01') a), 'notes', 'of [from, to)'
);
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02', 'appointments')),
  2::bigint, 'of a table');
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02',
    p_row_id => :'appointment')), 2::bigint, 'of a row');
select cmp_ok(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02', 'staff_services',
    :'anna')), '=', 2::bigint, 'of a row whose key has several parts');
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02',
    p_user_id => :'admin_user')), 2::bigint, 'by a user');
select is(
  (select count(*) from schnittwerk.list_audit('2026-12-01', '2026-12-02', 'no_such_table')),
  0::bigint, 'of a table that there is not');
select is(
  pg_temp.refused($$select schnittwerk.list_audit(null, '2026-12-02', repeat('x', 64),
    p_limit => 10001)$$), '400 invalid_input: p_from, p_table_name, p_limit', 'bounds');
select is(
  pg_temp.refused($$select schnittwerk.list_audit('2026-01-01', '2027-12-02')$$),
  '400 invalid_input: p_to', 'at most 400 days');

select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  (select string_agg(a.table_name, ' ') from schnittwerk.list_audit('2026-12-01', '2026-12-02',
    p_salon_id => :'second') a), 'salon', 'each salon has its own');
select is(
  pg_temp.refused($$select schnittwerk.list_audit('2026-12-01', '2026-12-02')$$),
  '400 salon_required', 'which of two');

select * from finish();
rollback;
