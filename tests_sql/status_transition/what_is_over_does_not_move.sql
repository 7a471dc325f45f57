begin;
select plan(6);
\ir ../fixture.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select schnittwerk.cancel_booking('2', :'id') \g /dev/null
select throws_ok(
  format('update schnittwerk_core.appointments set %s where id = %L', change, :'id'),
  '23514', 'An appointment that is cancelled cannot be moved', description
)
from (
  values
    ($$starts_at = '2026-12-02 09:30+01'$$, 'by its start'),
    ($$ends_at = '2026-12-02 11:30+01'$$, 'by its end'),
    (format('staff_id = %L', :'anna'), 'to other staff')
) t (change, description);
select is(
  schnittwerk.reschedule_booking('3', :'id', '2026-12-02 12:00+01') ->> 'code', 'wrong_status',
  'nor by reschedule_booking'
);
select is(
  schnittwerk.reschedule_booking('3', :'id', '2026-12-02 12:00+01') ->> 'details',
  'The appointment is cancelled', 'which says why'
);
select lives_ok(
  format($$update schnittwerk_core.appointments set notes = 'x' where id = %L$$, :'id'),
  'the rest of it can be changed'
);

select * from finish();
rollback;
