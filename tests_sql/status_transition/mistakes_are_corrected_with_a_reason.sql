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
  'with a reason it does');
select is(
  schnittwerk.mark_no_show('2', :'id', 'Mixed up') ->> 'replayed', 'true', 'a retry is a replay');
select is(
  pg_temp.refusal(schnittwerk.mark_no_show('2', :'id', 'Another')), '422 idempotency_key_reused',
  'the reason is one of the arguments');
select is(
  (select array_agg(h.override_reason order by h.version)
   from schnittwerk_core.appointment_history h where h.appointment_id = :'id'),
  '{null,null,null,"Mixed up"}', 'the reason is in the history');
select is(
  schnittwerk.complete_booking('2', :'id', 'She came') #>> '{appointment,status}', 'completed',
  'a no-show can be completed again');
select schnittwerk.mark_no_show('3', :'id', 'No') \g /dev/null
select schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 10:30+01', :'ben',
  p_override_reason => 'Entered late') #>> '{appointment,id}' as late \gset
select is(
  pg_temp.refusal(schnittwerk.complete_booking('3', :'id', 'She came')), '409 slot_conflict',
  'unless its time is taken by now');
select throws_ok(
  format('update schnittwerk_core.appointments set status = ''cancelled'' where id = %L', :'late'),
  '23514', null, 'direct SQL has to give a reason, too');

select is(
  pg_temp.refusal(schnittwerk.cancel_booking('4', :'late')), '400 wrong_status',
  'an appointment that has begun is not cancelled without a reason');
select is(
  schnittwerk.cancel_booking('5', :'late', p_override_reason => 'A mistake')
    #>> '{appointment,status}', 'cancelled', 'with a reason it is');
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('6', :'other', '2026-12-04 10:00+01',
    p_override_reason => 'Moved')), '400 wrong_status', 'it is not moved, not even with one');
select is(
  schnittwerk.appointment_policies(:'other') -> 'can_cancel', 'false',
  'which appointment_policies tells');
select is(
  pg_temp.refusal(schnittwerk.create_booking('7', :'dora', :'haircut', '2026-12-01 14:59+01',
    :'ben', p_override_reason => 'Entered late')), '400 invalid_input: p_starts_at',
  'an override reaches late_entry_hours back');
select pg_temp.now_is('2026-12-03 15:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('8', :'other', p_override_reason => 'A mistake')),
  '400 wrong_status', 'late_entry_hours after the end it is too late');
select schnittwerk.set_policy('late_entry_hours', '168') \g /dev/null
select is(
  schnittwerk.cancel_booking('9', :'other', p_override_reason => 'A mistake')
    #>> '{appointment,status}', 'cancelled', 'unless the policy allows more');

select * from finish();
rollback;
