begin;
select plan(15);
\ir ../fixture.psql
\ir ../clock.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
  #>> '{appointment,id}' as id,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')
  #>> '{appointment,id}' as other \gset
select schnittwerk.confirm_booking('1', :'id') \g /dev/null
select pg_temp.now_is('2026-12-02 15:00+01') \g /dev/null
select schnittwerk.complete_booking('1', :'id') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.mark_no_show('1', :'id')), '400 wrong_status',
  'a completed appointment does not become a no-show without a reason');
select is(
  schnittwerk.mark_no_show('2', :'id', 'Mixed up') #>> '{appointment,status}', 'no_show',
  'a completed appointment becomes a no-show with a reason');
select is(
  schnittwerk.mark_no_show('2', :'id', 'Mixed up') ->> 'replayed', 'true',
  'a retry with the reason is a replay');
select is(
  pg_temp.refusal(schnittwerk.mark_no_show('2', :'id', 'Another')), '422 idempotency_key_reused',
  'reusing the key with another reason is refused');
select is(
  (select array_agg(h.override_reason order by h.version)
   from schnittwerk_core.appointment_history h where h.appointment_id = :'id'),
  '{null,null,null,"Mixed up"}', 'the reason of a correction is in the history');
select is(
  schnittwerk.complete_booking('2', :'id', 'She came') #>> '{appointment,status}', 'completed',
  'a no-show can be completed with a reason');
select schnittwerk.mark_no_show('3', :'id', 'No') \g /dev/null
select schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 10:30+01', :'ben',
  p_override_reason => 'Entered late') #>> '{appointment,id}' as late \gset
select is(
  pg_temp.refusal(schnittwerk.complete_booking('3', :'id', 'She came')), '409 slot_conflict',
  'a no-show whose time is taken now cannot be completed');
select throws_ok(
  format('update schnittwerk_core.appointments set status = ''cancelled'' where id = %L', :'late'),
  '23514', null, 'direct SQL cannot cancel what has begun without a reason');

select is(
  pg_temp.refusal(schnittwerk.cancel_booking('4', :'late')), '400 wrong_status',
  'an appointment that has begun is not cancelled without a reason');
select is(
  schnittwerk.cancel_booking('5', :'late', p_override_reason => 'A mistake')
    #>> '{appointment,status}', 'cancelled',
  'an appointment that has begun is cancelled with a reason');
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('6', :'other', '2026-12-04 10:00+01',
    p_override_reason => 'Moved')), '400 wrong_status',
  'an appointment that has begun is not moved, not even with a reason');
select is(
  schnittwerk.appointment_policies(:'other') -> 'can_cancel', 'false',
  'appointment_policies says that what has begun cannot be cancelled');
select is(
  pg_temp.refusal(schnittwerk.create_booking('7', :'dora', :'haircut', '2026-12-01 14:59+01',
    :'ben', p_override_reason => 'Entered late')), '400 invalid_input: p_starts_at',
  'an override cannot book further back than late_entry_hours');
select pg_temp.now_is('2026-12-03 15:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('8', :'other', p_override_reason => 'A mistake')),
  '400 wrong_status', 'an appointment cannot be cancelled late_entry_hours after its end');
select schnittwerk.set_policy('late_entry_hours', '168') \g /dev/null
select is(
  schnittwerk.cancel_booking('9', :'other', p_override_reason => 'A mistake')
    #>> '{appointment,status}', 'cancelled',
  'a higher late_entry_hours allows a later cancellation');

select * from finish();
rollback;
