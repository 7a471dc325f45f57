-- Revert schnittwerk:upkeep

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.keep_partitions;
drop function schnittwerk_core.past_months;
drop function schnittwerk_core.missing_months;
drop trigger contact_consent_is_not_truncated on schnittwerk_core.contact_consent;
drop trigger contact_preference_is_not_truncated on schnittwerk_core.contact_preference;
drop trigger waitlist_is_not_truncated on schnittwerk_core.waitlist;
drop trigger appointments_is_not_truncated on schnittwerk_core.appointments;
drop trigger staff_timeoff_is_not_truncated on schnittwerk_core.staff_timeoff;
drop trigger staff_availability_is_not_truncated on schnittwerk_core.staff_availability;
drop trigger holiday_staff_is_not_truncated on schnittwerk_core.holiday_staff;
drop trigger holidays_is_not_truncated on schnittwerk_core.holidays;
drop trigger special_hours_is_not_truncated on schnittwerk_core.special_hours;
drop trigger opening_hours_is_not_truncated on schnittwerk_core.opening_hours;
drop trigger staff_services_is_not_truncated on schnittwerk_core.staff_services;
drop trigger services_is_not_truncated on schnittwerk_core.services;
drop trigger staff_is_not_truncated on schnittwerk_core.staff;
drop trigger customers_is_not_truncated on schnittwerk_core.customers;
drop trigger profiles_is_not_truncated on schnittwerk_core.profiles;
drop trigger booking_policies_is_not_truncated on schnittwerk_core.booking_policies;
drop trigger salon_is_not_truncated on schnittwerk_core.salon;
drop trigger contact_consent_record_audit on schnittwerk_core.contact_consent;
drop trigger contact_preference_record_audit on schnittwerk_core.contact_preference;
drop trigger waitlist_record_audit on schnittwerk_core.waitlist;
drop trigger appointments_record_audit on schnittwerk_core.appointments;
drop trigger staff_timeoff_record_audit on schnittwerk_core.staff_timeoff;
drop trigger staff_availability_record_audit on schnittwerk_core.staff_availability;
drop trigger holiday_staff_record_audit on schnittwerk_core.holiday_staff;
drop trigger holidays_record_audit on schnittwerk_core.holidays;
drop trigger special_hours_record_audit on schnittwerk_core.special_hours;
drop trigger opening_hours_record_audit on schnittwerk_core.opening_hours;
drop trigger staff_services_record_audit on schnittwerk_core.staff_services;
drop trigger services_record_audit on schnittwerk_core.services;
drop trigger staff_record_audit on schnittwerk_core.staff;
drop trigger customers_record_audit on schnittwerk_core.customers;
drop trigger profiles_record_audit on schnittwerk_core.profiles;
drop trigger booking_policies_record_audit on schnittwerk_core.booking_policies;
drop trigger salon_record_audit on schnittwerk_core.salon;
drop function schnittwerk_core.record_audit cascade;
drop function schnittwerk_core.keep_open_time;

commit;
