begin;
select plan(13);
\ir ../fixture.psql
\ir ../refused.psql

create function pg_temp.salon_of(p_service_id uuid, p_salon_id uuid default null)
returns text
language sql
as $$
  select coalesce(
    pg_temp.refused(
      format('select schnittwerk.find_slots(%L, %L, p_salon_id => %L)',
        p_service_id, '2026-12-02', p_salon_id)),
    'its own')
$$;
create function pg_temp.claim(p_user_id uuid, p_salon_id uuid)
returns void
language sql
as $$
  select pg_temp.become_user(p_user_id);
  select set_config('request.jwt.claims', json_build_object(
    'sub', p_user_id, 'salon_id', p_salon_id)::text, true);
$$;

select is(pg_temp.salon_of(:'haircut'), 'its own', 'the only salon need not be named');
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select is(pg_temp.salon_of(:'haircut'), '400 salon_required',
  'with two salons, the salon is required');
select is(pg_temp.salon_of(:'haircut', :'salon'), 'its own',
  'with two salons, the named one is used');
select pg_temp.claim(:'admin_user', :'salon') \g /dev/null
select is(pg_temp.salon_of(:'haircut'), 'its own', 'the claims may name the salon');
select is(
  pg_temp.salon_of(:'haircut', :'other'), '404 not_found',
  'a salon argument takes precedence over the claims'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', p_salon_id => :'other')),
  '403 forbidden', 'an admin of one salon is a stranger in the other'
);
select pg_temp.claim(:'admin_user', gen_random_uuid()) \g /dev/null
select is(
  pg_temp.refused($$
    select schnittwerk.validate_appointment_timing('2026-12-02 10:00+01', '2026-12-02 11:00+01')
  $$),
  '404 not_found', 'a claimed salon that no longer exists is not found'
);
select pg_temp.become_anonymous() \g /dev/null
select is(pg_temp.salon_of(:'haircut'), '400 salon_required',
  'an anonymous caller has to name one of two salons');
select is(pg_temp.salon_of(:'haircut', :'salon'), 'its own',
  'an anonymous caller may name the salon');

-- A booking page's token may be of no user, and still of one salon.
create function pg_temp.claim_as_nobody(p_salon_id text)
returns void
language sql
as $$
  select set_config('request.jwt.claims', json_build_object('salon_id', p_salon_id)::text, true);
$$;
select pg_temp.claim_as_nobody(:'salon') \g /dev/null
select is(pg_temp.salon_of(:'haircut'), 'its own',
  'the claims of an anonymous token may name the salon');
select is(
  pg_temp.salon_of(:'haircut', :'other'), '404 not_found',
  'a salon argument takes precedence over an anonymous token''s claims'
);
select pg_temp.claim_as_nobody(gen_random_uuid()::text) \g /dev/null
select is(pg_temp.salon_of(:'haircut'), '404 not_found',
  'an anonymous token''s salon that no longer exists is not found');
select pg_temp.claim_as_nobody('south') \g /dev/null
select is(pg_temp.salon_of(:'haircut'), '400 salon_required',
  'a claimed salon that is no uuid names no salon');

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
