begin;
select plan(13);
\ir ../fixture.psql
\ir owner.psql

select pg_temp.become_owner() \g /dev/null
select lives_ok(
  pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 10:00+01'),
  'the owner inserts an appointment by direct SQL'
);
select is(pg_temp.claims(), 'Ben 02 10:00-11:15',
  'an appointment by direct SQL claims its time and the default buffer');
select is(
  pg_temp.broken_by(pg_temp.insertion(:'salon', :'dora', staff, :'haircut', start)),
  'no_overlapping_appointments', description || ' is refused'
)
from (
  values
    (:'ben'::uuid, timestamptz '2026-12-02 10:00+01', 'a second appointment at the same time'),
    (:'ben', '2026-12-02 10:30+01', 'an appointment that overlaps another'),
    (:'ben', '2026-12-02 11:14+01', 'an appointment within the buffer after another'),
    (:'ben', '2026-12-02 08:46+01', 'an appointment whose own buffer overlaps another')
) t (staff, start, description);
select lives_ok(
  pg_temp.insertion(:'salon', :'dora', staff, :'haircut', start), description || ' is possible'
)
from (
  values
    (:'anna'::uuid, timestamptz '2026-12-02 10:00+01',
      'an appointment at the same time with other staff'),
    (:'ben', '2026-12-02 11:15+01', 'an appointment at the end of another''s buffer'),
    (:'ben', '2026-12-02 08:45+01', 'an appointment whose own buffer ends where another starts')
) t (staff, start, description);
select lives_ok(
  pg_temp.insertion(:'salon', :'dora', :'ben', :'haircut', '2026-12-02 10:30+01', 'cancelled'),
  'a cancelled appointment may overlap another'
);
select is(
  pg_temp.broken_by(
    $$update schnittwerk_core.appointments set status = 'pending' where status = 'cancelled'$$),
  'appointments_follow_the_state_machine', 'a cancelled appointment cannot become pending again'
);
select is(
  pg_temp.broken_by($$
    update schnittwerk_core.appointments set starts_at = starts_at - interval '1 hour'
    where starts_at = '2026-12-02 11:15+01'
  $$),
  'no_overlapping_appointments', 'a move onto another appointment is refused'
);
select is(
  pg_temp.claims(),
  'Ben 02 08:45-10:00, Anna 02 10:00-11:15, Ben 02 10:00-11:15, Ben 02 11:15-12:30',
  'refused writes leave all claims unchanged'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
