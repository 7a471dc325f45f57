begin;
select plan(27);
\ir ../fixture.psql
\ir ../waitlist.psql

-- Writes an entry by hand and changes its status by hand, undone each time.
create function pg_temp.change(p_from text, p_to text)
returns text
language plpgsql
as $$
declare
  v_constraint text;
begin
  insert into schnittwerk_core.waitlist (
    salon_id, customer_id, service_id, preferred_start_date, preferred_end_date, status
  )
  select v.salon_id, c.id, v.id, '2026-12-01', '2026-12-01', p_from
  from schnittwerk_core.services v, schnittwerk_core.customers c
  where v.name = 'Haircut' and c.full_name = 'Carla';
  update schnittwerk_core.waitlist set status = p_to;
  raise exception using errcode = 'UNDO0';
exception
  when check_violation then
    get stacked diagnostics v_constraint = constraint_name;
    return v_constraint;
  when sqlstate 'UNDO0' then
    return 'done';
end
$$;

select is(
  pg_temp.change(f, t), answer, format('an entry changed from %s to %s: %s', f, t, answer)
)
from unnest('{active,notified,booked,cancelled,expired}'::text[]) f
cross join unnest('{active,notified,booked,cancelled,expired}'::text[]) t
cross join lateral (
  select case when f = t or f || ' ' || t in (
    'active notified', 'active booked', 'active cancelled', 'active expired',
    'notified active', 'notified booked', 'notified cancelled', 'cancelled active'
  ) then 'done' else 'waitlist_follows_the_state_machine' end
) a (answer);
select is(
  pg_temp.change('waiting', 'active'), 'waitlist_status_is_known', 'an unknown status is refused');
select throws_ok(
  $$
    insert into schnittwerk_core.waitlist (
      salon_id, customer_id, service_id, preferred_start_date, preferred_end_date)
    select v.salon_id, c.id, v.id, '2026-12-01', '2026-12-01'
    from schnittwerk_core.services v, schnittwerk_core.customers c, generate_series(1, 2)
    where v.name = 'Haircut' and c.full_name = 'Carla'
  $$,
  '23505', null, 'direct SQL cannot store two entries of a customer for one service'
);

select * from finish();
rollback;
