-- Verify schnittwerk:upkeep

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.keep_open_time'::regproc,
  'schnittwerk_core.record_audit'::regproc,
  'schnittwerk_core.missing_months'::regproc,
  'schnittwerk_core.past_months'::regproc,
  'schnittwerk_core.keep_partitions'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon'::regclass and o.tgname = 'salon_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.booking_policies'::regclass and o.tgname = 'booking_policies_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.profiles'::regclass and o.tgname = 'profiles_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.customers'::regclass and o.tgname = 'customers_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff'::regclass and o.tgname = 'staff_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.services'::regclass and o.tgname = 'services_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_services'::regclass and o.tgname = 'staff_services_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.opening_hours'::regclass and o.tgname = 'opening_hours_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.special_hours'::regclass and o.tgname = 'special_hours_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.holidays'::regclass and o.tgname = 'holidays_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.holiday_staff'::regclass and o.tgname = 'holiday_staff_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_availability'::regclass and o.tgname = 'staff_availability_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_timeoff'::regclass and o.tgname = 'staff_timeoff_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist'::regclass and o.tgname = 'waitlist_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.contact_preference'::regclass and o.tgname = 'contact_preference_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.contact_consent'::regclass and o.tgname = 'contact_consent_record_audit';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon'::regclass and o.tgname = 'salon_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.booking_policies'::regclass and o.tgname = 'booking_policies_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.profiles'::regclass and o.tgname = 'profiles_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.customers'::regclass and o.tgname = 'customers_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff'::regclass and o.tgname = 'staff_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.services'::regclass and o.tgname = 'services_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_services'::regclass and o.tgname = 'staff_services_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.opening_hours'::regclass and o.tgname = 'opening_hours_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.special_hours'::regclass and o.tgname = 'special_hours_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.holidays'::regclass and o.tgname = 'holidays_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.holiday_staff'::regclass and o.tgname = 'holiday_staff_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_availability'::regclass and o.tgname = 'staff_availability_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff_timeoff'::regclass and o.tgname = 'staff_timeoff_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist'::regclass and o.tgname = 'waitlist_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.contact_preference'::regclass and o.tgname = 'contact_preference_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.contact_consent'::regclass and o.tgname = 'contact_consent_is_not_truncated';

rollback;
