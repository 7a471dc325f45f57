-- Verify schnittwerk:privacy on pg

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.personal_column'::regclass,
  'schnittwerk_core.audit'::regclass,
  'schnittwerk_core.audit_number_seq'::regclass,
  'schnittwerk_core.audit_default'::regclass,
  'schnittwerk_core.audit_personal'::regclass,
  'schnittwerk_core.audit_personal_default'::regclass,
  'schnittwerk_core.audit_is_of_now'::regproc,
  'schnittwerk_core.audit_is_append_only'::regproc,
  'schnittwerk_core.audit_values_may_go'::regproc,
  'schnittwerk_core.record_erasure'::regproc,
  'schnittwerk_core.record_audit'::regproc,
  'schnittwerk_core.list_audit'::regproc,
  'schnittwerk_core.export_customer'::regproc,
  'schnittwerk_core.erase_personal_data'::regproc,
  'schnittwerk_core.erase_customer'::regproc,
  'schnittwerk_core.retained_since'::regproc,
  'schnittwerk_core.customers_gone_since'::regproc,
  'schnittwerk_core.delete_notes'::regproc,
  'schnittwerk_core.delete_audit'::regproc,
  'schnittwerk_core.apply_retention'::regproc,
  'schnittwerk_core.missing_months'::regproc,
  'schnittwerk_core.past_months'::regproc,
  'schnittwerk_core.keep_partitions'::regproc;

select 1 / (count(*) = 0)::int
from (
  values
    ('schnittwerk_core.audit', 'audit_is_of_now'),
    ('schnittwerk_core.audit', 'audit_is_not_changed'),
    ('schnittwerk_core.audit', 'audit_is_not_deleted'),
    ('schnittwerk_core.audit', 'audit_is_not_truncated'),
    ('schnittwerk_core.audit_personal', 'audit_personal_is_not_deleted'),
    ('schnittwerk_core.audit_personal', 'audit_personal_is_not_added_to'),
    ('schnittwerk_core.audit_personal', 'audit_personal_is_not_changed'),
    ('schnittwerk_core.audit_personal', 'audit_personal_is_not_truncated'),
    ('schnittwerk_core.audit_default', 'audit_is_not_truncated'),
    ('schnittwerk_core.audit_personal_default', 'audit_personal_is_not_truncated'),
    ('schnittwerk_core.salon', 'salon_is_not_truncated'),
    ('schnittwerk_core.booking_policies', 'booking_policies_is_not_truncated'),
    ('schnittwerk_core.profiles', 'profiles_is_not_truncated'),
    ('schnittwerk_core.customers', 'customers_is_not_truncated'),
    ('schnittwerk_core.staff', 'staff_is_not_truncated'),
    ('schnittwerk_core.services', 'services_is_not_truncated'),
    ('schnittwerk_core.staff_services', 'staff_services_is_not_truncated'),
    ('schnittwerk_core.opening_hours', 'opening_hours_is_not_truncated'),
    ('schnittwerk_core.special_hours', 'special_hours_is_not_truncated'),
    ('schnittwerk_core.holidays', 'holidays_is_not_truncated'),
    ('schnittwerk_core.holiday_staff', 'holiday_staff_is_not_truncated'),
    ('schnittwerk_core.staff_availability', 'staff_availability_is_not_truncated'),
    ('schnittwerk_core.staff_timeoff', 'staff_timeoff_is_not_truncated'),
    ('schnittwerk_core.appointments', 'appointments_is_not_truncated'),
    ('schnittwerk_core.waitlist', 'waitlist_is_not_truncated'),
    ('schnittwerk_core.contact_preference', 'contact_preference_is_not_truncated'),
    ('schnittwerk_core.contact_consent', 'contact_consent_is_not_truncated'),
    ('schnittwerk_core.salon', 'salon_record_audit'),
    ('schnittwerk_core.booking_policies', 'booking_policies_record_audit'),
    ('schnittwerk_core.profiles', 'profiles_record_audit'),
    ('schnittwerk_core.customers', 'customers_record_audit'),
    ('schnittwerk_core.staff', 'staff_record_audit'),
    ('schnittwerk_core.services', 'services_record_audit'),
    ('schnittwerk_core.staff_services', 'staff_services_record_audit'),
    ('schnittwerk_core.opening_hours', 'opening_hours_record_audit'),
    ('schnittwerk_core.special_hours', 'special_hours_record_audit'),
    ('schnittwerk_core.holidays', 'holidays_record_audit'),
    ('schnittwerk_core.holiday_staff', 'holiday_staff_record_audit'),
    ('schnittwerk_core.staff_availability', 'staff_availability_record_audit'),
    ('schnittwerk_core.staff_timeoff', 'staff_timeoff_record_audit'),
    ('schnittwerk_core.appointments', 'appointments_record_audit'),
    ('schnittwerk_core.waitlist', 'waitlist_record_audit'),
    ('schnittwerk_core.contact_preference', 'contact_preference_record_audit'),
    ('schnittwerk_core.contact_consent', 'contact_consent_record_audit')
) t (table_name, name)
where not exists (
  select from pg_trigger g
  where g.tgrelid = t.table_name::regclass and g.tgname = t.name
);

rollback;
