-- Whoever called before in the same transaction is not taken for whom writes to the table next.
begin;
select plan(6);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../appointments/owner.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
    #>> '{appointment,id}' as id \gset
select pg_temp.insertion(:'salon', :'dora', :'anna', :'haircut', '2026-12-02 10:00+01') \gexec

-- Calls, moves Dora's appointment by hand, and tells who moved it; undone.
create function pg_temp.moved_after(p_call text, p_now timestamptz)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
  v_history text;
begin
  perform pg_temp.now_is(p_now);
  execute p_call into v_answer;
  update schnittwerk_core.appointments a
  set starts_at = starts_at + interval '15 minutes', ends_at = ends_at + interval '15 minutes'
  from schnittwerk_core.customers c
  where c.id = a.customer_id and c.full_name = 'Dora';
  select concat_ws(' ', v_answer ->> 'success', h.role, h.user_id, h.reason, h.override_reason)
  into v_history
  from schnittwerk_core.appointment_history h
  join schnittwerk_core.appointments a on a.salon_id = h.salon_id and a.id = h.appointment_id
  join schnittwerk_core.customers c on c.salon_id = a.salon_id and c.id = a.customer_id
  where c.full_name = 'Dora' and h.version = 2;
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return v_history;
end
$$;

select is(
  pg_temp.moved_after(format(call, :'id'), now), 'true owner',
  'a move by direct SQL is the owner''s after ' || substring(call from '\.(\w+)')
)
from (
  values
    (format('select schnittwerk.create_booking(%L, %L, %L, %L, %L)',
      '2', :'carla', :'haircut', '2026-12-02 14:00+01', :'ben'), timestamptz '2026-12-01 08:00+01'),
    ($$select schnittwerk.confirm_booking('k', %L)$$, '2026-12-01 08:00+01'),
    ($$select schnittwerk.reschedule_booking('k', %L, '2026-12-03 10:00+01', null, 'r', 'o')$$,
      '2026-12-01 08:00+01'),
    ($$select schnittwerk.cancel_booking('k', %L, 'r', 'o')$$, '2026-12-01 08:00+01'),
    ($$select schnittwerk.mark_no_show('k', %L)$$, '2026-12-02 10:00+01')
) t (call, now);
select schnittwerk.confirm_booking('c', :'id') \g /dev/null
select is(
  pg_temp.moved_after(
    format($$select schnittwerk.complete_booking('k', %L)$$, :'id'), '2026-12-02 10:00+01'),
  'true owner', 'a move by direct SQL is the owner''s after complete_booking'
);

select * from finish();
rollback;
