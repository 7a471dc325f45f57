-- Deploy schnittwerk:api to pg

begin;

-- include: sql/api/find_slots.sql
create function schnittwerk.find_slots(
  p_service_id uuid,
  p_from date,
  p_to date default null,
  p_staff_id uuid default null,
  p_slot_interval_minutes int default null,
  p_limit int default null,
  p_salon_id uuid default null
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric
)
language sql
stable
begin atomic
  select f.staff_id, f.starts_at, f.ends_at, f.duration_minutes, f.is_preferred, f.price
  from schnittwerk_core.find_slots(
    p_service_id, p_from, p_to, p_staff_id, p_slot_interval_minutes, p_limit, p_salon_id
  ) f;
end;

comment on function schnittwerk.find_slots(uuid, date, date, uuid, int, int, uuid) is
  'Free slots of a service, by start, then staff id: one row per member of staff and start, each with their own duration and price. p_from, p_to: local dates, p_to null = p_from, at most 92 days; p_staff_id null = everyone who performs the service; p_slot_interval_minutes 1 to 1440, null = the salon''s; p_limit: rows, 1 finds the first free slot without computing the rest. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.find_slots from public;
grant execute on function schnittwerk.find_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/explain_slot.sql
create function schnittwerk.explain_slot(
  p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_salon_id uuid default null
)
returns table (rule text, passed boolean, code text, details text)
language sql
stable
begin atomic
  select e.rule, e.passed, e.code, e.details
  from schnittwerk_core.explain_slot(p_service_id, p_staff_id, p_starts_at, p_salon_id) e;
end;

comment on function schnittwerk.explain_slot(uuid, uuid, timestamptz, uuid) is
  'Every booking rule once for a start, with whether it passes and, where not, the code and details that a booking would be refused with; all pass exactly when the slot can be booked now. p_starts_at: a whole minute. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.explain_slot from public;
grant execute on function schnittwerk.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/validate_appointment_timing.sql
create function schnittwerk.validate_appointment_timing(
  appointment_start timestamptz, appointment_end timestamptz, p_salon_id uuid default null
)
returns table (is_valid boolean, error_message text)
language sql
stable
begin atomic
  select v.is_valid, v.error_message
  from schnittwerk_core.validate_appointment_timing(
    appointment_start, appointment_end, p_salon_id
  ) v;
end;

comment on function schnittwerk.validate_appointment_timing(timestamptz, timestamptz, uuid) is
  'Whether an appointment from appointment_start to appointment_end (whole minutes, at most 24 hours) keeps the salon''s timing rules: notice, horizon, holidays, opening hours; error_message words the first that it does not keep. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.validate_appointment_timing from public;
grant execute on function schnittwerk.validate_appointment_timing
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/create_booking.sql
create function schnittwerk.create_booking(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid default null,
  p_notes text default null,
  p_expected_price numeric default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.create_booking(
  p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes,
  p_expected_price, p_override_reason, p_salon_id
);

comment on function schnittwerk.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid) is
  'Books a service and answers {"success", "operation_id", "replayed", "correlation_id", "http_status", "appointment"} or the refusal. p_idempotency_key: 1 to 255 printable characters, null = the Idempotency-Key header; a retry with the same key and arguments gets the same answer. p_customer_id null = the caller; p_starts_at: a whole minute; p_staff_id null = of those free then whoever has the fewest booked minutes that day; p_notes at most 2000 characters; p_expected_price: refused with price_mismatch where the price is another; p_override_reason: the salon''s people waive notice, horizon, holidays, hours and availability. End and price are the server''s. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, not_found, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, slot_conflict.';

revoke execute on function schnittwerk.create_booking from public;
grant execute on function schnittwerk.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/get_operation.sql
create function schnittwerk.get_operation(
  p_idempotency_key text, p_operation_type text, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_operation(p_idempotency_key, p_operation_type, p_salon_id);

comment on function schnittwerk.get_operation(text, text, uuid) is
  'The stored answer to the caller''s own key for an operation type (create). Raises not_authenticated, forbidden, invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.get_operation from public;
grant execute on function schnittwerk.get_operation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_salon.sql
create function schnittwerk.save_salon(
  p_name text, p_time_zone text, p_currency text default 'CHF', p_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_salon(p_name, p_time_zone, p_currency, p_id);

comment on function schnittwerk.save_salon(text, text, text, uuid) is
  'Adds a salon (the service only), or replaces the one with p_id (its admins too), and answers {"salon", "affected_appointments"}. p_name: unique, at most 200 characters; p_time_zone: an IANA name such as Europe/Zurich, whose local time all hours and dates are; p_currency: an ISO 4217 code. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. Refusals: not_authenticated, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.save_salon from public;
grant execute on function schnittwerk.save_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_salons.sql
create function schnittwerk.list_salons()
returns table (id uuid, name text, time_zone text, currency text)
language sql
stable
begin atomic
  select r.id, r.name, r.time_zone, r.currency
  from schnittwerk_core.list_salons() r;
end;

comment on function schnittwerk.list_salons() is
  'All salons, by name: id, name, IANA time zone, ISO 4217 currency. For everyone.';

revoke execute on function schnittwerk.list_salons from public;
grant execute on function schnittwerk.list_salons
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_profile.sql
create function schnittwerk.save_profile(
  p_profile_id uuid,
  p_role text,
  p_full_name text default null,
  p_email text default null,
  p_is_active boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_profile(
  p_profile_id, p_role, p_full_name, p_email, p_is_active, p_salon_id
);

comment on function schnittwerk.save_profile(uuid, text, text, text, boolean, uuid) is
  'Gives a signed-in user (p_profile_id = "sub" of their claims) a role in the salon, admin, receptionist, staff or customer, and answers {"profile"}; a profile that is there is replaced. p_full_name at most 200, p_email at most 320 characters; p_is_active false takes all rights. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.save_profile from public;
grant execute on function schnittwerk.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_service.sql
create function schnittwerk.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text default 'general',
  p_buffer_before_minutes int default null,
  p_buffer_after_minutes int default null,
  p_is_active boolean default true,
  p_id uuid default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_service(
  p_name, p_duration_minutes, p_base_price, p_category, p_buffer_before_minutes,
  p_buffer_after_minutes, p_is_active, p_id, p_salon_id
);

comment on function schnittwerk.save_service(text, int, numeric, text, int, int, boolean, uuid, uuid) is
  'Adds a service, or replaces the one with p_id, and answers {"service"}. p_name: unique in the salon; p_duration_minutes 1 to 1440; p_base_price in the salon''s currency, two decimals; p_category: free grouping; buffers in minutes, 0 to 1440, null = none before and the salon''s after; inactive services cannot be booked. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.save_service from public;
grant execute on function schnittwerk.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_services.sql
create function schnittwerk.list_services(p_salon_id uuid default null)
returns table (
  id uuid,
  name text,
  category text,
  duration_minutes int,
  base_price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean
)
language sql
stable
begin atomic
  select
    r.id, r.name, r.category, r.duration_minutes, r.base_price, r.buffer_before_minutes,
    r.buffer_after_minutes, r.is_active
  from schnittwerk_core.list_services(p_salon_id) r;
end;

comment on function schnittwerk.list_services(uuid) is
  'The services by category and name: durations and buffers in minutes (null = the salon''s), price in the salon''s currency; inactive ones for the salon''s people only. Raises salon_required, not_found.';

revoke execute on function schnittwerk.list_services from public;
grant execute on function schnittwerk.list_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_staff.sql
create function schnittwerk.save_staff(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_is_active boolean default true,
  p_id uuid default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_staff(
  p_full_name, p_email, p_phone, p_profile_id, p_is_active, p_id, p_salon_id
);

comment on function schnittwerk.save_staff(text, text, text, uuid, boolean, uuid, uuid) is
  'Adds a member of staff, or replaces the one with p_id, and answers {"staff", "affected_appointments"}. p_full_name at most 200, p_email 320, p_phone 50 characters; p_profile_id: the signed-in user they are; inactive staff cannot be booked. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.save_staff from public;
grant execute on function schnittwerk.save_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_staff.sql
create function schnittwerk.list_staff(p_service_id uuid default null, p_salon_id uuid default null)
returns table (id uuid, full_name text, is_active boolean, email text, phone text, profile_id uuid)
language sql
stable
begin atomic
  select r.id, r.full_name, r.is_active, r.email, r.phone, r.profile_id
  from schnittwerk_core.list_staff(p_service_id, p_salon_id) r;
end;

comment on function schnittwerk.list_staff(uuid, uuid) is
  'The staff by name, or with p_service_id those who perform the service; inactive ones, and e-mail, telephone and profile of all, for the salon''s people only. Raises salon_required, not_found.';

revoke execute on function schnittwerk.list_staff from public;
grant execute on function schnittwerk.list_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_staff_services.sql
create function schnittwerk.set_staff_services(
  p_staff_id uuid, p_services jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_staff_services(p_staff_id, p_services, p_salon_id);

comment on function schnittwerk.set_staff_services(uuid, jsonb, uuid) is
  'Replaces what a member of staff performs and answers {"staff_services"}. p_services: [{"service_id", "custom_price"?, "estimated_duration_minutes"?}], price in the salon''s currency, 1 to 1440 minutes, absent or null = the service''s; [] = nothing. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.set_staff_services from public;
grant execute on function schnittwerk.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_staff_availability.sql
create function schnittwerk.set_staff_availability(
  p_staff_id uuid, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_staff_availability(p_staff_id, p_windows, p_salon_id);

comment on function schnittwerk.set_staff_availability(uuid, jsonb, uuid) is
  'Replaces the week of a member of staff and answers {"staff_availability", "affected_appointments"}. p_windows: [{"day_of_week", "start_time", "end_time", "availability_type"?}], 0 = Sunday to 6, local times HH:MM up to 24:00, available (default) or unavailable, which takes a break away; [] = never works. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins, and staff for themselves. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.set_staff_availability from public;
grant execute on function schnittwerk.set_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/get_staff_availability.sql
create function schnittwerk.get_staff_availability(p_staff_id uuid, p_salon_id uuid default null)
returns table (day_of_week int, start_time text, end_time text, availability_type text)
language sql
stable
begin atomic
  select r.day_of_week, r.start_time, r.end_time, r.availability_type
  from schnittwerk_core.get_staff_availability(p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.get_staff_availability(uuid, uuid) is
  'The week of a member of staff by weekday (0 = Sunday) and start, local times HH:MM up to 24:00, available or unavailable. For the salon''s people. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_staff_availability from public;
grant execute on function schnittwerk.get_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_customer.sql
create function schnittwerk.save_customer(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_notes text default null,
  p_id uuid default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_customer(
  p_full_name, p_email, p_phone, p_profile_id, p_notes, p_id, p_salon_id
);

comment on function schnittwerk.save_customer(text, text, text, uuid, text, uuid, uuid) is
  'Adds a customer, or replaces the one with p_id, and answers {"customer"}. p_full_name at most 200, p_email 320, p_phone 50, p_notes (the salon''s own) 2000 characters; p_profile_id: the signed-in user they are, who may then see and book for this customer. For the salon''s people. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.save_customer from public;
grant execute on function schnittwerk.save_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/register_customer.sql
create function schnittwerk.register_customer(
  p_full_name text, p_email text, p_phone text default null, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.register_customer(p_full_name, p_email, p_phone, p_salon_id);

comment on function schnittwerk.register_customer(text, text, text, uuid) is
  'Makes the signed-in caller a customer of the salon, or changes their own name, e-mail and telephone, and answers {"customer"}. p_full_name at most 200, p_email 320, p_phone 50 characters. For everyone signed in. Refusals: not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.register_customer from public;
grant execute on function schnittwerk.register_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_customers.sql
create function schnittwerk.list_customers(
  p_search text default null, p_limit int default 50, p_salon_id uuid default null
)
returns table (
  id uuid,
  full_name text,
  email text,
  phone text,
  profile_id uuid,
  notes text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select r.id, r.full_name, r.email, r.phone, r.profile_id, r.notes, r.created_at
  from schnittwerk_core.list_customers(p_search, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_customers(text, int, uuid) is
  'Customers by name; p_search: part of name, e-mail or telephone, in any case; p_limit: 1 to 1000 rows. A customer sees only themselves, without the salon''s notes. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.list_customers from public;
grant execute on function schnittwerk.list_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_policy.sql
create function schnittwerk.set_policy(
  p_policy_key text,
  p_policy_value jsonb,
  p_is_active boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_policy(p_policy_key, p_policy_value, p_is_active, p_salon_id);

comment on function schnittwerk.set_policy(text, jsonb, boolean, uuid) is
  'Sets a booking policy and answers {"policy"}, as list_policies shows it. p_policy_value: a JSON number or boolean of the type and in the range that list_policies gives; with p_is_active false the default holds. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.set_policy from public;
grant execute on function schnittwerk.set_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_policies.sql
create function schnittwerk.list_policies(p_salon_id uuid default null)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language sql
stable
begin atomic
  select
    r.policy_key, r.policy_value, r.default_value, r.value_type, r.minimum, r.maximum,
    r.description, r.is_active
  from schnittwerk_core.list_policies(p_salon_id) r;
end;

comment on function schnittwerk.list_policies(uuid) is
  'Every booking policy by key: what the salon has set (else the default), default, type (number, integer, boolean), range, meaning with its unit; where is_active is false the default holds. For everyone signed in. Raises not_authenticated, salon_required, not_found.';

revoke execute on function schnittwerk.list_policies from public;
grant execute on function schnittwerk.list_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/create_holiday.sql
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
  'Closes a local date, or all from p_date to p_end_date (less than 366 days), and answers {"holiday", "affected_appointments"}. p_is_recurring: every year on p_recurring_month and p_recurring_day, null = those of p_date (29 February is kept on the 28th in other years); p_type: public_holiday, blackout_date or maintenance; p_affects_all_staff false closes only for p_staff_ids. p_name at most 200, p_description 2000 characters. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.create_holiday from public;
grant execute on function schnittwerk.create_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/update_holiday.sql
create function schnittwerk.update_holiday(
  p_holiday_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.update_holiday(p_holiday_id, p_changes, p_salon_id);

comment on function schnittwerk.update_holiday(uuid, jsonb, uuid) is
  'Changes a holiday and answers {"holiday", "affected_appointments"}. p_changes: an object with any of name, date, end_date, type, description, is_recurring, recurring_month, recurring_day, affects_all_staff, staff_ids; absent = kept, null = cleared. A new date takes month and day of a recurring one along unless they are given; affects_all_staff true drops the staff. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.update_holiday from public;
grant execute on function schnittwerk.update_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delete_holiday.sql
create function schnittwerk.delete_holiday(p_holiday_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.delete_holiday(p_holiday_id, p_salon_id);

comment on function schnittwerk.delete_holiday(uuid, uuid) is
  'Removes a holiday and answers {"holiday"}, as it was. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.delete_holiday from public;
grant execute on function schnittwerk.delete_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_holidays.sql
create function schnittwerk.list_holidays(p_from date, p_to date, p_salon_id uuid default null)
returns table (
  id uuid,
  date date,
  name text,
  type text,
  description text,
  is_recurring boolean,
  affects_all_staff boolean,
  staff_ids uuid[]
)
language sql
stable
begin atomic
  select
    r.id, r.date, r.name, r.type, r.description, r.is_recurring, r.affects_all_staff,
    r.staff_ids
  from schnittwerk_core.list_holidays(p_from, p_to, p_salon_id) r;
end;

comment on function schnittwerk.list_holidays(date, date, uuid) is
  'One row per holiday and local date from p_from to p_to (at most 1100 days), recurring ones and ranges expanded, by date and name; staff_ids: for whom one that does not affect all staff closes. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_holidays from public;
grant execute on function schnittwerk.list_holidays
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_business_settings.sql
create function schnittwerk.set_business_settings(p_settings jsonb, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.set_business_settings(p_settings, p_salon_id);

comment on function schnittwerk.set_business_settings(jsonb, uuid) is
  'Changes the salon''s settings and answers {"business_settings", "affected_appointments"}. p_settings: an object with any of opening_hours {"0" (Sunday) to "6": {"is_open"?, "start_time", "end_time"} or a list of them}, local times HH:MM up to 24:00, a weekday left out is closed; buffer_time_minutes 0 to 1440; max_advance_booking_days 1 to 730, null = as the policy says; slot_interval_minutes 1 to 1440; preferred_hours {"start_time", "end_time"}. Absent = unchanged. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.set_business_settings from public;
grant execute on function schnittwerk.set_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/get_business_settings.sql
create function schnittwerk.get_business_settings(p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_business_settings(p_salon_id);

comment on function schnittwerk.get_business_settings(uuid) is
  'Opening hours and booking settings of the salon, in the shape that set_business_settings takes. For everyone. Raises salon_required, not_found.';

revoke execute on function schnittwerk.get_business_settings from public;
grant execute on function schnittwerk.get_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/add_time_off.sql
create function schnittwerk.add_time_off(
  p_staff_id uuid,
  p_start_date date,
  p_end_date date default null,
  p_start_time time default null,
  p_end_time time default null,
  p_type text default 'vacation',
  p_is_approved boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.add_time_off(
  p_staff_id, p_start_date, p_end_date, p_start_time, p_end_time, p_type, p_is_approved,
  p_salon_id
);

comment on function schnittwerk.add_time_off(uuid, date, date, time, time, text, boolean, uuid) is
  'Takes a member of staff out of the book in one stretch and answers {"time_off", "affected_appointments"}. Local dates, p_end_date null = p_start_date, both included; p_start_time on the first and p_end_time on the last date, null = whole days; p_type: free text, at most 50 characters. Only approved time off blocks. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins, and staff for themselves: theirs is a request, never approved. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.add_time_off from public;
grant execute on function schnittwerk.add_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/remove_time_off.sql
create function schnittwerk.remove_time_off(p_time_off_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.remove_time_off(p_time_off_id, p_salon_id);

comment on function schnittwerk.remove_time_off(uuid, uuid) is
  'Removes time off and answers {"time_off"}, as it was. For admins, and staff for their own. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.remove_time_off from public;
grant execute on function schnittwerk.remove_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_time_off.sql
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
  'Time off that overlaps the local dates from p_from to p_to (at most 1100 days), of one member of staff or all, by start; times HH:MM, null = whole days. For the salon''s people. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_time_off from public;
grant execute on function schnittwerk.list_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_special_hours.sql
create function schnittwerk.set_special_hours(
  p_date date, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_special_hours(p_date, p_windows, p_salon_id);

comment on function schnittwerk.set_special_hours(date, jsonb, uuid) is
  'Opens a local date at other hours than its weekday''s and answers {"special_hours", "affected_appointments"}. p_windows: [{"start_time", "end_time"}], local times HH:MM up to 24:00; [] = closed, null = back to the weekday''s. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.set_special_hours from public;
grant execute on function schnittwerk.set_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_special_hours.sql
create function schnittwerk.list_special_hours(p_from date, p_to date, p_salon_id uuid default null)
returns table (date date, start_time text, end_time text, is_open boolean)
language sql
stable
begin atomic
  select r.date, r.start_time, r.end_time, r.is_open
  from schnittwerk_core.list_special_hours(p_from, p_to, p_salon_id) r;
end;

comment on function schnittwerk.list_special_hours(date, date, uuid) is
  'Opening windows of single dates from p_from to p_to (at most 1100 days), in place of their weekdays''; local times HH:MM up to 24:00, without times and is_open false: closed that day. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_special_hours from public;
grant execute on function schnittwerk.list_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_appointments.sql
create function schnittwerk.list_appointments(
  p_from timestamptz,
  p_to timestamptz,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_status text default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  reschedule_count int,
  notes text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.customer_id, r.customer_name, r.staff_id, r.staff_name, r.service_id,
    r.service_name, r.starts_at, r.ends_at, r.status, r.price, r.reschedule_count, r.notes,
    r.created_at
  from schnittwerk_core.list_appointments(
    p_from, p_to, p_staff_id, p_customer_id, p_status, p_salon_id
  ) r;
end;

comment on function schnittwerk.list_appointments(timestamptz, timestamptz, uuid, uuid, text, uuid) is
  'Appointments that overlap [p_from, p_to), at most 400 days, by start: all of the salon for its people, a customer''s own for them; of one member of staff, customer or status (pending, confirmed, completed, cancelled, no_show) where given. Price in the salon''s currency. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_appointments from public;
grant execute on function schnittwerk.list_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

commit;
