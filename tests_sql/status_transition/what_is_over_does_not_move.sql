begin;
select plan(6);
\ir ../fixture.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select schnittwerk.cancel_booking('2', :'id') \g /dev/null
select throws_ok(
  format('update schnittwerk_core.appointments set %s where id = %L', change, :'id'),
  '23514', 'An appointment that is cancelled cannot be moved',
  'direct SQL cannot move a cancelled appointment ' || description
)
from (
  values
    ($$starts_at = '2026-12-02 09:30+01'$$, 'by its start'),
    ($$ends_at = '2026-12-02 11:30+01'$$, 'by its end'),
    (format('staff_id = %L', :'anna'), 'to other staff')
) t (change, description);
select is(
  schnittwerk.reschedule_booking('3', :'id', '2026-12-02 12:00+01') ->> 'code', 'wrong_status',
  'reschedule_booking cannot move a cancelled appointment'
);
select is(
  schnittwerk.reschedule_booking('3', :'id', '2026-12-02 12:00+01') ->> 'details',
  'The appointment is cancelled', 'reschedule_booking says that the appointment is cancelled'
);
select lives_ok(
  format($$update schnittwerk_core.appointments set notes = 'x' where id = %L$$, :'id'),
  'the notes of a cancelled appointment can be changed'
);

select * from finish();
rollback;
