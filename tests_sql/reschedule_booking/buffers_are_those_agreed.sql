-- Whether a new time is free is judged by the buffers that were agreed, whatever the service's are.
begin;
select plan(4);
\ir ../fixture.psql
select schnittwerk.save_service('Haircut', 60, 75, p_buffer_before_minutes => 0,
    p_buffer_after_minutes => 0, p_id => :'haircut') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
    #>> '{appointment,id}' as bare,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 13:00+01', :'ben')
    #>> '{appointment,id}' as neighbour \gset
select schnittwerk.save_service('Haircut', 60, 75, p_buffer_before_minutes => 30,
    p_buffer_after_minutes => 30, p_id => :'haircut') \g /dev/null
select schnittwerk.create_booking('3', :'carla', :'haircut', '2026-12-02 14:00+01', :'ben')
    #>> '{appointment,id}' as wide \gset

select is(
  pg_temp.refusal(schnittwerk.reschedule_booking(answer, :'bare', start)), null,
  'an appointment booked without buffers moves close ' || answer
)
from (
  values
    ('before another', timestamptz '2026-12-03 12:00+01'), ('behind another', '2026-12-03 14:00+01')
) t (answer, start);
select schnittwerk.cancel_booking('c', :'bare') \g /dev/null
select schnittwerk.save_service('Haircut', 60, 75, p_buffer_before_minutes => 0,
    p_buffer_after_minutes => 0, p_id => :'haircut') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('w', :'wide', '2026-12-03 14:29+01')),
  '409 slot_conflict', 'an appointment booked with buffers keeps its distance'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('v', :'wide', '2026-12-03 14:30+01')), null,
  'an appointment booked with buffers moves up to its distance'
);

select * from finish();
rollback;
