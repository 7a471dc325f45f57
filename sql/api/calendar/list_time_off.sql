create function schnittwerk_core.list_time_off(
  p_from date, p_to date, p_staff_id uuid, p_salon_id uuid
)
returns table (
  id uuid,
  staff_id uuid,
  start_date date,
  end_date date,
  start_time text,
  end_time text,
  type text,
  is_approved boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.date_range_faults(p_from, p_to, 1100));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  return query
  select
    t.id, t.staff_id, t.start_date, t.end_date, schnittwerk_core.time_text(t.start_time),
    schnittwerk_core.time_text(t.end_time), t.type, t.is_approved
  from schnittwerk_core.staff_timeoff t
  where t.salon_id = v_caller.salon_id
    and t.start_date <= p_to and t.end_date >= p_from
    and (p_staff_id is null or t.staff_id = p_staff_id)
  order by t.start_date, t.start_time nulls first, t.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault(
    'p_to', v_count, 'take a p_to closer to p_from, or one p_staff_id'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_time_off', v_count);
end
$$;

comment on function schnittwerk_core.list_time_off(date, date, uuid, uuid) is
  'Engine of schnittwerk.list_time_off.';

revoke execute on function schnittwerk_core.list_time_off from public;
grant execute on function schnittwerk_core.list_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_time_off(
  p_from date, p_to date, p_staff_id uuid default null, p_salon_id uuid default null
)
returns table (
  id uuid,
  staff_id uuid,
  start_date date,
  end_date date,
  start_time text,
  end_time text,
  type text,
  is_approved boolean
)
language sql
stable
begin atomic
  select
    r.id, r.staff_id, r.start_date, r.end_date, r.start_time, r.end_time, r.type,
    r.is_approved
  from schnittwerk_core.list_time_off(p_from, p_to, p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.list_time_off(date, date, uuid, uuid) is
  'Time off that overlaps the given local dates, by start. Times are local, HH:MM; null means whole days. For the salon team. p_from, p_to: local dates, both included, at most 1100 days. p_staff_id: null means all staff. More than 100000 rows are invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_time_off from public;
grant execute on function schnittwerk.list_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
