-- Every pair of statuses, before, at and after the start, by hand and by the functions.
begin;
select plan(5);
\ir ../fixture.psql
\ir ../clock.psql

create temporary table tried (
  from_status text, to_status text, moment text, by_hand boolean, by_function boolean, code text
);

create function pg_temp.try_all(
  p_salon_id uuid, p_customer_id uuid, p_staff_id uuid, p_service_id uuid
)
returns void
language plpgsql
as $$
declare
  v record;
  v_id uuid;
  v_by_hand boolean;
  v_answer jsonb;
begin
  for v in
    select f.status as from_status, t.status as to_status, m.moment, m.at
    from unnest('{pending,confirmed,completed,cancelled,no_show}'::text[]) f (status)
    cross join unnest('{pending,confirmed,completed,cancelled,no_show}'::text[]) t (status)
    cross join (
      values
        ('before', timestamptz '2026-12-02 09:59:59+01'), ('at', '2026-12-02 10:00+01'),
        ('after', '2026-12-02 18:00+01')
    ) m (moment, at)
  loop
    perform pg_temp.now_is(v.at);
    begin
      insert into schnittwerk_core.appointments (
        salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price
      )
      values (
        p_salon_id, p_customer_id, p_staff_id, p_service_id, '2026-12-02 10:00+01',
        '2026-12-02 11:00+01', v.from_status, 75
      )
      returning id into v_id;
      v_answer := case v.to_status
        when 'confirmed' then schnittwerk.confirm_booking('k', v_id, p_salon_id)
        when 'completed' then schnittwerk.complete_booking('k', v_id, p_salon_id => p_salon_id)
        when 'cancelled' then schnittwerk.cancel_booking('k', v_id, p_salon_id => p_salon_id)
        when 'no_show' then schnittwerk.mark_no_show('k', v_id, p_salon_id => p_salon_id)
      end;
      if (v_answer ->> 'success')::boolean and (
        select a.status <> v.to_status from schnittwerk_core.appointments a where a.id = v_id
      ) then
        v_answer := '{"success": null}';
      end if;
      raise exception using errcode = 'UNDO0';
    exception when sqlstate 'UNDO0' then
      null;
    end;
    begin
      insert into schnittwerk_core.appointments (
        salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price
      )
      values (
        p_salon_id, p_customer_id, p_staff_id, p_service_id, '2026-12-02 10:00+01',
        '2026-12-02 11:00+01', v.from_status, 75
      )
      returning id into v_id;
      v_by_hand := true;
      update schnittwerk_core.appointments set status = v.to_status where id = v_id;
      raise exception using errcode = 'UNDO0';
    exception
      when sqlstate 'UNDO0' then
        null;
      when check_violation then
        v_by_hand := false;
    end;
    insert into tried values (
      v.from_status, v.to_status, v.moment, v_by_hand, (v_answer ->> 'success')::boolean,
      v_answer ->> 'code'
    );
  end loop;
end
$$;
select pg_temp.try_all(:'salon', :'carla', :'ben', :'haircut') \g /dev/null

select is((select count(*)::int from tried), 75, 'all 75 changes of status are tried');
select set_eq(
  $$ select from_status, to_status, moment from tried where by_function $$,
  $$
    select t.from_status, t.to_status, m.moment
    from (
      values
        ('pending', 'confirmed', '{before,at,after}'::text[]),
        ('pending', 'cancelled', '{before}'),
        ('pending', 'no_show', '{at,after}'),
        ('confirmed', 'completed', '{at,after}'),
        ('confirmed', 'no_show', '{at,after}'),
        ('confirmed', 'cancelled', '{before}')
    ) t (from_status, to_status, moments)
    cross join unnest(t.moments) m (moment)
  $$,
  'the functions allow only what status_transition lists, at its moments'
);
select is_empty(
  $$ select * from tried where by_function is distinct from by_hand and from_status <> to_status
    and to_status <> 'pending' $$,
  'direct SQL allows what the functions allow'
);
select is_empty(
  $$ select * from tried where by_hand and to_status = 'pending' and from_status <> 'pending' $$,
  'no appointment becomes pending again'
);
select set_eq(
  $$ select distinct code from tried where not by_function $$, array['wrong_status'],
  'every other change of status is refused as wrong_status'
);

select * from finish();
rollback;
