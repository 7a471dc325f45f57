begin;
select plan(13);
\ir ../fixture.psql
\ir owner.psql

select pg_temp.become_owner() \g /dev/null
select lives_ok(
  pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 10:00+01'),
  'the owner inserts an appointment by hand'
);
select is(pg_temp.claims(), 'Ben 02 10:00-11:15', 'which claims its time, with the rules'' buffer');
select is(
  pg_temp.broken_by(pg_temp.insertion(:'salon', :'dora', staff, :'haircut', start)),
  'no_overlapping_appointments', description
)
from (
  values
    (:'ben'::uuid, timestamptz '2026-12-02 10:00+01', 'the same time again'),
    (:'ben', '2026-12-02 10:30+01', 'a time that overlaps'),
    (:'ben', '2026-12-02 11:14+01', 'a time within the buffer behind'),
    (:'ben', '2026-12-02 08:46+01', 'a time whose own buffer overlaps')
) t (staff, start, description);
select lives_ok(
  pg_temp.insertion(:'salon', :'dora', staff, :'haircut', start), description
)
from (
  values
    (:'anna'::uuid, timestamptz '2026-12-02 10:00+01', 'the same time of another member of staff'),
    (:'ben', '2026-12-02 11:15+01', 'a time that touches the buffer'),
    (:'ben', '2026-12-02 08:45+01', 'a time whose own buffer touches')
) t (staff, start, description);
select lives_ok(
  pg_temp.insertion(:'salon', :'dora', :'ben', :'haircut', '2026-12-02 10:30+01', 'cancelled'),
  'what is cancelled claims nothing'
);
select is(
  pg_temp.broken_by(
    $$update schnittwerk_core.appointments set status = 'pending' where status = 'cancelled'$$),
  'appointments_follow_the_state_machine', 'and never stands again'
);
select is(
  pg_temp.broken_by($$
    update schnittwerk_core.appointments set starts_at = starts_at - interval '1 hour'
    where starts_at = '2026-12-02 11:15+01'
  $$),
  'no_overlapping_appointments', 'a move onto another appointment'
);
select is(
  pg_temp.claims(),
  'Ben 02 08:45-10:00, Anna 02 10:00-11:15, Ben 02 10:00-11:15, Ben 02 11:15-12:30',
  'what is refused leaves the claims as they were'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
