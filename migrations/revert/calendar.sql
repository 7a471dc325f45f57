-- Revert schnittwerk:calendar from pg

begin;

drop function schnittwerk_core.get_business_settings;
drop function schnittwerk_core.set_business_settings;
drop function schnittwerk_core.business_settings_faults;
drop function schnittwerk_core.weekday_windows;
drop function schnittwerk_core.business_settings;
drop function schnittwerk_core.list_special_hours;
drop function schnittwerk_core.set_special_hours;
drop function schnittwerk_core.special_windows;
drop function schnittwerk_core.list_time_off;
drop function schnittwerk_core.remove_time_off;
drop function schnittwerk_core.add_time_off;
drop function schnittwerk_core.time_off_json;
drop function schnittwerk_core.get_staff_availability;
drop function schnittwerk_core.set_staff_availability;
drop function schnittwerk_core.weekly_windows;
drop function schnittwerk_core.is_holiday;
drop function schnittwerk_core.list_holidays;
drop function schnittwerk_core.delete_holiday;
drop function schnittwerk_core.update_holiday;
drop function schnittwerk_core.holiday_change_faults;
drop function schnittwerk_core.create_holiday;
drop function schnittwerk_core.with_recurrence;
drop function schnittwerk_core.holiday_faults;
drop function schnittwerk_core.holiday_json;
drop function schnittwerk_core.grid_segments;
drop function schnittwerk_core.local_day_start;
drop function schnittwerk_core.open_time;
drop function schnittwerk_core.staff_hours;
drop function schnittwerk_core.salon_calendar;
drop type schnittwerk_core.salon_calendar;
drop function schnittwerk_core.holiday_dates;
drop function schnittwerk_core.recurring_date;
drop function schnittwerk_core.opening_windows;
drop function schnittwerk_core.local_range;
drop function schnittwerk_core.zone_offsets;
drop function schnittwerk_core.utc_offset;
drop type schnittwerk_core.zone_offset;
drop table schnittwerk_core.staff_timeoff;
drop table schnittwerk_core.staff_availability;
drop table schnittwerk_core.holiday_staff;
drop table schnittwerk_core.holidays;
drop table schnittwerk_core.special_hours;
drop table schnittwerk_core.opening_hours;

commit;
