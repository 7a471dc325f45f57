begin;
select plan(27);
\ir ../fixture.psql

-- What the book takes the caller for, which clients cannot ask: 'user …0004', 'service',
-- 'anonymous'.
create function pg_temp.identity()
returns text
language sql
security definer
as $$
  select concat_ws(' ',
    i.kind, '…' || right(i.user_id::text, 4), right(i.claimed_salon_id::text, 4))
  from schnittwerk_core.identify() i
$$;
create function pg_temp.identity_of(
  p_login text, p_role text, p_claims text default '', p_acting_user text default ''
)
returns text
language plpgsql
as $$
declare
  v_identity text;
begin
  perform set_config('session_authorization', p_login, true),
    set_config('role', p_role, true),
    set_config('request.jwt.claims', p_claims, true),
    set_config('schnittwerk.acting_user', p_acting_user, true);
  v_identity := pg_temp.identity();
  perform pg_temp.become_superuser(), set_config('schnittwerk.acting_user', '', true);
  return v_identity;
end
$$;

create role test_backend login in role schnittwerk_service;
create role test_customer login in role schnittwerk_user;
create role test_gateways in role schnittwerk_gateway;
create role test_indirect login in role test_gateways, schnittwerk_user;
create role test_inheriting login in role schnittwerk_gateway, schnittwerk_service;
grant schnittwerk_user to test_backend;
select json_build_object('sub', :'carla_user')::text as claims,
  json_build_object('sub', :'carla_user', 'salon_id', :'anna_user')::text as salon_claims,
  json_build_object('salon_id', :'anna_user')::text as salon_only,
  json_build_object('sub', :'carla_user', 'salon_id', json_build_object('id', :'anna_user'))::text
    as claims_of_no_salon,
  pg_get_userbyid(nspowner) as owner
from pg_namespace where nspname = 'schnittwerk_core' \gset

select is(pg_temp.identity_of(login, role, claims, acting), identity, description)
from (
  values
    ('postgres', 'none', '', '', 'service', 'a superuser is the service'),
    ('postgres', :'owner', '', '', 'service', 'the owner is the service'),
    ('test_backend', 'none', '', '', 'service', 'a member of the service is the service'),
    ('authenticator', 'schnittwerk_service', '', '', 'service', 'the gateway may be the service'),
    ('authenticator', 'schnittwerk_service', '', :'anna_user', 'user …0003',
      'the service may act for a user'),
    ('test_backend', 'none', :'claims', '', 'service', 'claims mean nothing to the service'),
    ('authenticator', 'schnittwerk_user', :'claims', '', 'user …0004',
      'the gateway''s claims say who is signed in'),
    ('authenticator', 'schnittwerk_user', :'salon_claims', '', 'user …0004 0003',
      'the gateway''s claims say which salon the user is in'),
    ('authenticator', 'schnittwerk_user', :'claims', :'admin_user', 'user …0004',
      'a user cannot act for another user'),
    ('authenticator', 'schnittwerk_user', '', '', 'anonymous',
      'without claims nobody is signed in'),
    ('authenticator', 'schnittwerk_user', '{"role": "x"}', '', 'anonymous',
      'claims without "sub" sign nobody in'),
    ('authenticator', 'schnittwerk_user', '{"sub": "auth0|1"}', '', 'anonymous',
      'a "sub" that is no uuid signs nobody in'),
    ('authenticator', 'schnittwerk_anon', :'claims', '', 'anonymous',
      'claims under the anonymous role sign nobody in'),
    ('authenticator', 'schnittwerk_anon', :'salon_claims', '', 'anonymous 0003',
      'claims under the anonymous role may name the salon'),
    ('authenticator', 'schnittwerk_user', :'salon_only', '', 'anonymous 0003',
      'claims without "sub" may name the salon'),
    ('authenticator', 'schnittwerk_anon', '{"salon_id": "south"}', '', 'anonymous',
      'a "salon_id" that is no uuid names no salon'),
    ('authenticator', 'schnittwerk_user', :'claims_of_no_salon', '', 'user …0004',
      'a "salon_id" that is an object names no salon'),
    ('authenticator', 'none', :'salon_claims', '', 'anonymous',
      'the salon claim of a gateway without a role is ignored'),
    ('test_customer', 'schnittwerk_user', :'salon_only', '', 'anonymous',
      'the salon claim of another login is ignored'),
    ('authenticator', 'none', :'claims', '', 'anonymous', 'a gateway without a role is anonymous'),
    ('test_inheriting', 'none', :'claims', :'admin_user', 'anonymous',
      'a gateway without a role that inherits from the service is anonymous'),
    ('test_customer', 'none', :'claims', '', 'anonymous',
      'the claims of another login are ignored'),
    ('test_customer', 'schnittwerk_user', :'claims', '', 'anonymous',
      'the claims of another login are ignored in the user role'),
    ('test_backend', 'schnittwerk_user', :'claims', '', 'anonymous',
      'the claims of a back end that has become a user are ignored'),
    ('test_indirect', 'schnittwerk_user', :'claims', '', 'anonymous',
      'the claims of an indirect member of the gateway are ignored'),
    ('postgres', 'schnittwerk_user', :'claims', '', 'anonymous',
      'the claims of a superuser that has become a user are ignored')
) t (login, role, claims, acting, identity, description);

-- since PostgreSQL 16 a membership may be for administration only
select current_setting('server_version_num')::int >= 160000 as has_options \gset
\if :has_options
  create role test_administrator login;
  grant schnittwerk_service to test_administrator with admin true, inherit false, set false;
\else
  create role test_administrator login;
\endif
select is(
  pg_temp.identity_of('test_administrator', 'none'), 'anonymous',
  'a login that may only grant the service''s role is anonymous');

select * from finish();
rollback;
