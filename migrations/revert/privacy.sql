-- Revert schnittwerk:privacy from pg

begin;

drop function schnittwerk_core.apply_retention;
drop function schnittwerk_core.delete_audit;
drop function schnittwerk_core.delete_notes;
drop function schnittwerk_core.customers_gone_since;
drop function schnittwerk_core.erase_customer;
drop function schnittwerk_core.erase_personal_data;
drop function schnittwerk_core.export_customer;
drop function schnittwerk_core.list_audit;
drop trigger salon_record_audit on schnittwerk_core.salon;
drop trigger booking_policies_record_audit on schnittwerk_core.booking_policies;
drop trigger profiles_record_audit on schnittwerk_core.profiles;
drop trigger customers_record_audit on schnittwerk_core.customers;
drop trigger staff_record_audit on schnittwerk_core.staff;
drop trigger services_record_audit on schnittwerk_core.services;
drop trigger staff_services_record_audit on schnittwerk_core.staff_services;
drop trigger opening_hours_record_audit on schnittwerk_core.opening_hours;
drop trigger special_hours_record_audit on schnittwerk_core.special_hours;
drop trigger holidays_record_audit on schnittwerk_core.holidays;
drop trigger holiday_staff_record_audit on schnittwerk_core.holiday_staff;
drop trigger staff_availability_record_audit on schnittwerk_core.staff_availability;
drop trigger staff_timeoff_record_audit on schnittwerk_core.staff_timeoff;
drop trigger appointments_record_audit on schnittwerk_core.appointments;
drop trigger waitlist_record_audit on schnittwerk_core.waitlist;
drop trigger contact_preference_record_audit on schnittwerk_core.contact_preference;
drop trigger contact_consent_record_audit on schnittwerk_core.contact_consent;
drop function schnittwerk_core.record_audit;
drop table schnittwerk_core.audit_personal;
drop table schnittwerk_core.audit;
drop function schnittwerk_core.retained_since;
drop function schnittwerk_core.audit_is_append_only;
drop table schnittwerk_core.personal_column;

commit;
