create function schnittwerk_core.is_holiday(p_date date, p_salon_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.date_fault('check_date', p_date));
  return exists (
    select from schnittwerk_core.holiday_dates(v_caller.salon_id, p_date, p_date) d
    where d.affects_all_staff
  );
end
$$;

comment on function schnittwerk_core.is_holiday(date, uuid) is 'Engine of schnittwerk.is_holiday.';

revoke execute on function schnittwerk_core.is_holiday from public;
grant execute on function schnittwerk_core.is_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.is_holiday(check_date date, p_salon_id uuid default null)
returns boolean
language sql
stable
return schnittwerk_core.is_holiday(check_date, p_salon_id);

comment on function schnittwerk.is_holiday(date, uuid) is
  'The original system''s check: whether a holiday closes the whole salon on a local date, recurring holidays included. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.is_holiday from public;
grant execute on function schnittwerk.is_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
