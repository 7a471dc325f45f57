begin;
select plan(9);
\ir ../fixture.psql
\ir ../waitlist.psql

select is(
  pg_temp.who_may('select schnittwerk.process_waitlist() as answer'), 'service',
  'only the service may call process_waitlist');
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.process_waitlist()), '401 not_authenticated',
  'a caller who is not signed in is refused'
);
select pg_temp.become_user(:'admin_user') \g /dev/null
select is(pg_temp.refusal(schnittwerk.process_waitlist()), '403 forbidden', 'an admin is refused');
select pg_temp.become_superuser() \g /dev/null

select pg_temp.wait(:'dora', :'haircut', p_to => '2026-12-01') as id \gset
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select pg_temp.now_is('2026-12-02 08:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.process_waitlist()), '400 salon_required',
  'with two salons, the salon is required');
select is(
  pg_temp.refusal(schnittwerk.process_waitlist(gen_random_uuid())), '404 not_found',
  'an unknown salon is not found'
);
select is(
  schnittwerk.process_waitlist(:'other') #>> '{waitlist,expired_entries}', '0',
  'a call for one salon counts no entries of the other'
);
select is(pg_temp.entry_status(:'id'), 'active',
  'a call for one salon leaves the entries of the other');
select is(
  schnittwerk.process_waitlist(:'salon') #>> '{waitlist,expired_entries}', '1',
  'a call for a salon expires its own entries');
select is(pg_temp.entry_status(:'id'), 'expired', 'an expired entry is stored as expired');

select * from finish();
rollback;
