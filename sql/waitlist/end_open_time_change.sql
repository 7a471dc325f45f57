create function schnittwerk_core.end_open_time_change(p_change schnittwerk_core.open_time_change)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_after schnittwerk_core.open_time[];
  v_staff record;
  v_freed_staff_ids uuid[] := array[]::uuid[];
begin
  if p_change.salon_id is null then
    return jsonb '{"affected_appointments": []}';
  end if;
  -- Weeks would be kept at the end of the transaction anyway, and the queries below need them.
  perform schnittwerk_core.keep_weeks(
    p_change.salon_id,
    case when cardinality(p_change.staff_ids) = 1 then p_change.staff_ids[1] end);
  v_after := schnittwerk_core.open_time_of(
    p_change.salon_id, p_change.staff_ids, p_change.until);
  for v_staff in
    select
      a.staff_id, w.before - w.after as lost,
      (w.after - w.before)
        * tstzmultirange(tstzrange(schnittwerk_core.clock(), p_change.horizon)) as gained
    from unnest(v_after) a
    join unnest(p_change.before) b on b.staff_id = a.staff_id
    cross join lateral (
      select
        case when b.service_ids = '{}' then '{}' else (b.opening - b.closed) * b.working end
          as before,
        case when a.service_ids = '{}' then '{}' else (a.opening - a.closed) * a.working end
          as after
    ) w
    where w.before <> w.after or a.service_ids <> b.service_ids
  loop
    perform schnittwerk_core.withdraw_offers(
      p_change.salon_id, v_staff.staff_id, v_staff.lost);
    if not isempty(v_staff.gained) then
      perform schnittwerk_core.free_time(p_change.salon_id, v_staff.staff_id, v_staff.gained);
      v_freed_staff_ids := v_freed_staff_ids || v_staff.staff_id;
    end if;
  end loop;
  perform schnittwerk_core.offer_freed_time(p_change.salon_id, v_freed_staff_ids);
  return jsonb_build_object('affected_appointments', (
    select coalesce(
      jsonb_agg(
        schnittwerk_core.affected_json(f.appointment, f.cause)
        order by (f.appointment).starts_at, (f.appointment).id
      ), '[]')
    from schnittwerk_core.affected_appointments(p_change.salon_id, v_after, p_change.before) f
  ));
end
$$;

comment on function schnittwerk_core.end_open_time_change(schnittwerk_core.open_time_change) is
  'Ends a change that begin_open_time_change began: withdraws offers of lost time, offers gained time, and returns {"affected_appointments": […]}: the appointments that the change makes impossible, by start, with customer_name, customer_phone, staff_name, service_name and cause. A null change affects none.';

revoke execute on function schnittwerk_core.end_open_time_change from public;
