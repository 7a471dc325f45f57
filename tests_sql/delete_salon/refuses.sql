begin;
select plan(9);
\ir ../fixture.psql
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.who_may(format('select schnittwerk.delete_salon(%L)', :'second')), 'service',
  'only the service may delete a salon'
);
select is(
  pg_temp.refusal(schnittwerk.delete_salon()), '400 salon_required',
  'with two salons, the salon to delete must be named');
select is(
  pg_temp.refusal(schnittwerk.delete_salon(:'anna')), '404 not_found',
  'an unknown salon is not found'
);
select is(
  schnittwerk.delete_salon(:'salon') ->> 'code', 'wrong_status',
  'a salon in use is not deleted'
);

select schnittwerk.save_salon(v, 'UTC') #>> '{salon,id}' as id, v as name
into temporary full_salon
from unnest('{customers,services,staff,profiles}'::text[]) v;
select schnittwerk.save_customer('Eva', p_salon_id => f.id::uuid)
from full_salon f where f.name = 'customers' \g /dev/null
select schnittwerk.save_service('Cut', 30, 50, p_salon_id => f.id::uuid)
from full_salon f where f.name = 'services' \g /dev/null
select schnittwerk.save_staff('Cem', p_salon_id => f.id::uuid)
from full_salon f where f.name = 'staff' \g /dev/null
select schnittwerk.save_profile(:'stranger_user', 'admin', p_salon_id => f.id::uuid)
from full_salon f where f.name = 'profiles' \g /dev/null
select is(
  schnittwerk.delete_salon(f.id::uuid) ->> 'details',
  format(
    'The salon has %s: only one without customers, services, staff and profiles can be deleted',
    f.name),
  format('the refusal names the %s of the salon', f.name)
)
from full_salon f;

select schnittwerk.delete_salon(:'second') \g /dev/null
select schnittwerk.delete_salon(f.id::uuid) from full_salon f \g /dev/null
select is(
  (select count(*) from schnittwerk.list_salons()), 5::bigint,
    'salons whose deletion is refused stay');

select * from finish();
rollback;
