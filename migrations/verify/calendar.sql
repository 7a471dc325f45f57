-- Verify schnittwerk:calendar

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.opening_hours'::regclass,
  'schnittwerk_core.special_hours'::regclass,
  'schnittwerk_core.holidays'::regclass,
  'schnittwerk_core.holiday_staff'::regclass,
  'schnittwerk_core.staff_availability'::regclass,
  'schnittwerk_core.staff_timeoff'::regclass,
  'schnittwerk_core.zone_offset'::regtype,
  'schnittwerk_core.utc_offset'::regproc,
  'schnittwerk_core.zone_offsets'::regproc,
  'schnittwerk_core.offset_bounds'::regproc,
  'schnittwerk_core.clocks_at'::regproc,
  'schnittwerk_core.clocks_agree'::regproc,
  'schnittwerk_core.local_range'::regproc,
  'schnittwerk_core.opening_windows'::regproc,
  'schnittwerk_core.recurring_date'::regproc,
  'schnittwerk_core.recurring_end_date'::regproc,
  'schnittwerk_core.holiday_dates'::regproc,
  'schnittwerk_core.local_today'::regproc,
  'schnittwerk_core.week_of'::regproc,
  'schnittwerk_core.opening_time'::regproc,
  'schnittwerk_core.closed_time'::regproc,
  'schnittwerk_core.time_off_range'::regproc,
  'schnittwerk_core.working_time'::regproc,
  'schnittwerk_core.open_time'::regtype,
  'schnittwerk_core.open_time_between'::regproc,
  'schnittwerk_core.open_time_of'::regproc,
  'schnittwerk_core.calendar_stretches'::regproc,
  'schnittwerk_core.salon_week'::regclass,
  'schnittwerk_core.week_range'::regproc,
  'schnittwerk_core.compute_salon_week'::regproc,
  'schnittwerk_core.staff_week'::regclass,
  'schnittwerk_core.compute_staff_week'::regproc,
  'schnittwerk_core.salon_calendar'::regtype,
  'schnittwerk_core.limit_days'::regproc,
  'schnittwerk_core.earliest_start'::regproc,
  'schnittwerk_core.latest_start'::regproc,
  'schnittwerk_core.week_calendar'::regproc,
  'schnittwerk_core.salon_calendar'::regproc,
  'schnittwerk_core.current_salon_week'::regproc,
  'schnittwerk_core.salon_calendar_has_changed'::regproc,
  'schnittwerk_core.staff_calendar_has_changed'::regproc,
  'schnittwerk_core.what_bookings_are_judged_by_has_changed'::regproc,
  'schnittwerk_core.salon_zone'::regclass,
  'schnittwerk_core.keep_zone'::regproc,
  'schnittwerk_core.keep_weeks'::regproc,
  'schnittwerk_core.keep_weeks_of_salon'::regproc,
  'schnittwerk_core.keep_weeks_of_staff'::regproc,
  'schnittwerk_core.holiday_json'::regproc,
  'schnittwerk_core.holiday_faults'::regproc,
  'schnittwerk_core.with_recurrence'::regproc,
  'schnittwerk_core.weekly_windows'::regproc,
  'schnittwerk_core.time_off_json'::regproc,
  'schnittwerk_core.special_windows'::regproc,
  'schnittwerk_core.business_settings'::regproc,
  'schnittwerk_core.holiday_change_faults'::regproc,
  'schnittwerk_core.weekday_windows'::regproc,
  'schnittwerk_core.quiet_hours_faults'::regproc,
  'schnittwerk_core.business_settings_faults'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon'::regclass and o.tgname = 'salon_changes_calendar';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.opening_hours'::regclass and o.tgname = 'opening_hours_change_calendar';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.special_hours'::regclass and o.tgname = 'special_hours_change_calendar';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.holidays'::regclass and o.tgname = 'holidays_change_calendar';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_availability'::regclass and o.tgname = 'staff_availability_changes_calendar';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_timeoff'::regclass and o.tgname = 'staff_timeoff_changes_calendar';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.holiday_staff'::regclass and o.tgname = 'holiday_staff_changes_calendar';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon_state'::regclass and o.tgname = 'salon_state_changes_bookings';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon'::regclass and o.tgname = 'salon_changes_bookings';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.services'::regclass and o.tgname = 'services_change_bookings';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff'::regclass and o.tgname = 'staff_change_bookings';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_services'::regclass and o.tgname = 'staff_services_change_bookings';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.unit'::regclass and o.tgname = 'unit_changes_bookings';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.unit_closure'::regclass and o.tgname = 'unit_closure_changes_bookings';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon_state'::regclass and o.tgname = 'salon_state_keep_weeks';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff'::regclass and o.tgname = 'staff_keep_weeks_when_changed';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff'::regclass and o.tgname = 'staff_keep_weeks_when_new';

rollback;
