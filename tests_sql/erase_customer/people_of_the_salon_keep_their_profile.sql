begin;
select plan(5);
\ir ../fixture.psql
select schnittwerk.save_customer('Anna', 'anna@example.com', p_profile_id => :'anna_user')
  #>> '{customer,id}' as anna_customer \gset
select schnittwerk.erase_customer(:'carla') ->> 'success' as x,
  schnittwerk.erase_customer(:'anna_customer') ->> 'success' as y \gset
select is(
  (select array_agg(p.full_name order by p.full_name) from schnittwerk_core.profiles p),
  '{Alma,Anna,Rita}', 'erasing deletes the profile of a user who is only a customer');
select is(
  (select count(*) from schnittwerk_core.customers where erased_at is not null
   and full_name = 'Erased customer' and num_nonnulls(email, phone, notes, profile_id) = 0),
  2::bigint, 'erased customers have no name, contact, notes or profile');
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.register_customer('Carla', 'new@example.com') ->> 'http_status', '201',
  'an erased customer may register again');
select is((select count(*) from schnittwerk.list_customers()), 1::bigint,
  'a customer who registers again sees only themselves');
select pg_temp.become_superuser() \g /dev/null
select is(
  (select array_agg(c.full_name order by c.full_name) from schnittwerk.list_customers() c),
  '{Carla,Dora}', 'erased customers are not listed');

select * from finish();
rollback;
