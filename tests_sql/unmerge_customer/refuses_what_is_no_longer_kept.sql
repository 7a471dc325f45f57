begin;
select plan(5);
\ir ../fixture.psql
\ir ../clock.psql
select is(
  pg_temp.refusal(schnittwerk.unmerge_customer(null)), '400 invalid_input: p_merge_id',
  'unmerge_customer requires a customer'
);
select schnittwerk.merge_customers(:'carla', :'dora'),
  schnittwerk.set_policy('retention_audit_days', '90') \g /dev/null
select pg_temp.now_is('2026-12-02 08:00+01') \g /dev/null

savepoint merged;
select schnittwerk.erase_customer(:'carla') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.unmerge_customer(:'dora')), '410 no_longer_kept',
  'a merge is not undone once the kept customer is erased'
);
rollback to merged;
select pg_temp.now_is('2027-03-02 08:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.unmerge_customer(:'dora')), '410 no_longer_kept',
  'a merge is not undone once retention_audit_days has passed'
);
rollback to merged;
select schnittwerk.save_customer('Eve', 'dora@example.com') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.unmerge_customer(:'dora')), '409 already_exists',
  'a merge is not undone while another customer has the e-mail address'
);
select is(
  (select array_agg(full_name order by full_name) from schnittwerk_core.customers), '{Carla,Eve}',
  'a refused unmerge changes nothing'
);

select * from finish();
rollback;
