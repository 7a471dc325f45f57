create function schnittwerk_core.create_holiday(
  p_name text,
  p_date date,
  p_is_recurring boolean,
  p_recurring_month int,
  p_recurring_day int,
  p_type text,
  p_description text,
  p_affects_all_staff boolean,
  p_staff_ids uuid[],
  p_end_date date,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'create_holiday', p_salon_id, '{admin}');
  v_staff_ids constant uuid[] := coalesce(p_staff_ids, '{}');
  v_holiday schnittwerk_core.holidays;
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_holiday.name := schnittwerk_core.line(p_name);
    v_holiday.date := p_date;
    v_holiday.end_date := p_end_date;
    v_holiday.type := p_type;
    v_holiday.description := p_description;
    v_holiday.is_recurring := p_is_recurring;
    v_holiday.recurring_month := p_recurring_month;
    v_holiday.recurring_day := p_recurring_day;
    v_holiday.affects_all_staff := p_affects_all_staff;
    v_holiday := schnittwerk_core.with_recurrence(v_holiday);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic schnittwerk_core.holiday_faults('p_', v_holiday, v_staff_ids));
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, v_staff_ids);

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      insert into schnittwerk_core.holidays as h (
        salon_id, name, date, end_date, type, description,
        is_recurring, recurring_month, recurring_day, affects_all_staff
      )
      values (
        v_caller.salon_id, v_holiday.name, p_date, p_end_date, p_type, p_description,
        p_is_recurring, v_holiday.recurring_month, v_holiday.recurring_day, p_affects_all_staff
      )
      returning h.* into v_holiday;
      insert into schnittwerk_core.holiday_staff (salon_id, holiday_id, staff_id)
      select distinct v_caller.salon_id, v_holiday.id, i.id
      from unnest(v_staff_ids) i (id);
      v_caller.answer := schnittwerk_core.success(
        'holiday', schnittwerk_core.holiday_json(v_holiday), 201)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.create_holiday(text, date, boolean, int, int, text, text, boolean, uuid[], date, uuid) is
  'Engine of schnittwerk.create_holiday.';

revoke execute on function schnittwerk_core.create_holiday from public;
grant execute on function schnittwerk_core.create_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.create_holiday(
  p_name text,
  p_date date,
  p_is_recurring boolean default false,
  p_recurring_month int default null,
  p_recurring_day int default null,
  p_type text default 'public_holiday',
  p_description text default null,
  p_affects_all_staff boolean default true,
  p_staff_ids uuid[] default null,
  p_end_date date default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.create_holiday(
  p_name, p_date, p_is_recurring, p_recurring_month, p_recurring_day, p_type, p_description,
  p_affects_all_staff, p_staff_ids, p_end_date, p_salon_id
);

comment on function schnittwerk.create_holiday(text, date, boolean, int, int, text, text, boolean, uuid[], date, uuid) is
  'Closes the salon on a local date, or on all dates from p_date to p_end_date. Answers {"holiday", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_name: at most 200 characters. p_is_recurring: closes every year on p_recurring_month and p_recurring_day. p_recurring_month, p_recurring_day: null means those of p_date; other values move both dates. In years without 29 February the holiday is on the 28th. A recurring holiday of several days keeps its first and last date, not its length. p_type: public_holiday, blackout_date or maintenance. p_description: at most 2000 characters. p_affects_all_staff: false closes only for p_staff_ids. p_staff_ids: at most 1000. p_end_date: less than 366 days after p_date; null means p_date. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.create_holiday from public;
grant execute on function schnittwerk.create_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
