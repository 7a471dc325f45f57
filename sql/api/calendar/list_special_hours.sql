create function schnittwerk_core.list_special_hours(p_from date, p_to date, p_salon_id uuid)
returns table (date date, start_time text, end_time text, is_open boolean)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.date_range_faults(p_from, p_to, 1100));
  return query
  select w.* from schnittwerk_core.special_windows(v_caller.salon_id, p_from, p_to) w
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.rows_fault('p_to', v_count, 'take a p_to closer to p_from'));
end
$$;

comment on function schnittwerk_core.list_special_hours(date, date, uuid) is
  'Engine of schnittwerk.list_special_hours.';

revoke execute on function schnittwerk_core.list_special_hours from public;
grant execute on function schnittwerk_core.list_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_special_hours(p_from date, p_to date, p_salon_id uuid default null)
returns table (date date, start_time text, end_time text, is_open boolean)
language sql
stable
begin atomic
  select r.date, r.start_time, r.end_time, r.is_open
  from schnittwerk_core.list_special_hours(p_from, p_to, p_salon_id) r;
end;

comment on function schnittwerk.list_special_hours(date, date, uuid) is
  'The opening windows of single dates, which replace those of the weekday. Times are local, HH:MM up to 24:00. A row without times and with is_open false means closed that day. More than 100000 rows are invalid_input. p_from, p_to: local dates, both included, at most 1100 days. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_special_hours from public;
grant execute on function schnittwerk.list_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
