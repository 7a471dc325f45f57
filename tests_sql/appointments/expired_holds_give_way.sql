begin;
select plan(5);
\ir ../fixture.psql
\ir owner.psql

select pg_temp.become_owner() \g /dev/null
insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during, expires_at)
select :'salon', gen_random_uuid(), staff, tstzrange(start, start + interval '1 hour'), expires_at
from (
  values
    (:'ben'::uuid, timestamptz '2026-12-02 10:00+01', timestamptz '2026-12-01 08:00+01'),
    (:'ben', '2026-12-02 14:00+01', '2026-12-01 08:01+01'),
    (:'ben', '2026-12-02 16:00+01', '2026-12-01 07:00+01'),
    (:'anna', '2026-12-02 10:00+01', '2026-12-01 07:00+01')
) t (staff, start, expires_at);

select lives_ok(
  pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 10:30+01'),
  'a hold that has expired at this instant does not block'
);
select is(
  pg_temp.claims(),
  'Anna 02 10:00-11:00, Ben 02 10:30-11:45, Ben 02 14:00-15:00, Ben 02 16:00-17:00',
  'a booking removes only the expired hold that it overlaps'
);
select is(
  pg_temp.broken_by(
    pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 14:30+01')),
  'no_overlapping_appointments', 'an open hold blocks an appointment'
);
update schnittwerk_core.appointments
set starts_at = '2026-12-02 16:30+01', ends_at = '2026-12-02 17:30+01';
select is(
  pg_temp.claims(), 'Anna 02 10:00-11:00, Ben 02 14:00-15:00, Ben 02 16:30-17:45',
  'an expired hold gives way to a moved appointment'
);
update schnittwerk_core.appointments set status = 'cancelled', staff_id = :'anna',
  starts_at = '2026-12-02 10:00+01', ends_at = '2026-12-02 11:00+01';
select is(
  pg_temp.claims(), 'Anna 02 10:00-11:00, Ben 02 14:00-15:00',
  'a cancelled appointment removes no hold'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
