-- Deploy schnittwerk:api to pg

begin;

set local search_path to pg_catalog, pg_temp;

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
  'Free slots of a service, by start, then staff id: one row per member of staff and start, each with their own duration and price. p_from, p_to: local dates, p_to null = p_from, at most 92 days; p_staff_id null = everyone who performs the service; p_slot_interval_minutes 1 to 1440, null = the salon''s; p_limit: rows, 1 finds the first free slot without computing the rest; at most 100000 rows, more is invalid_input. Raises invalid_input, not_found, salon_required.';

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
  'Whether an appointment from appointment_start to appointment_end keeps the salon''s timing rules: notice, horizon, holidays, opening hours; error_message words the first that it does not keep. One row for every pair of instants, also with seconds, in the past, in the wrong order or infinite; a booking takes whole minutes only. Raises invalid_input (an instant is missing), salon_required, not_found.';

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
return schnittwerk_core.log_write('create', p_salon_id, schnittwerk_core.create_booking(
  p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes,
  p_expected_price, p_override_reason, p_salon_id
));

comment on function schnittwerk.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid) is
  'Books a service and answers {"success", "operation_id", "replayed", "correlation_id", "http_status", "appointment"} or the refusal. p_idempotency_key: 1 to 255 printable characters, null = the Idempotency-Key header; a retry with the same key and arguments gets the same answer. p_customer_id null = the caller; p_starts_at: a whole minute; p_staff_id null = of those free then whoever has the fewest booked minutes that day; p_notes at most 2000 characters; p_expected_price: refused with price_mismatch where the price is another; p_override_reason: the salon''s people waive notice, horizon (up to 730 days), holidays, hours and availability. End and price are the server''s. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, slot_conflict.';

revoke execute on function schnittwerk.create_booking from public;
grant execute on function schnittwerk.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/reschedule_booking.sql
create function schnittwerk.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid default null,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('reschedule', p_salon_id, schnittwerk_core.reschedule_booking(
  p_idempotency_key, p_appointment_id, p_new_starts_at, p_new_staff_id, p_reason,
  p_override_reason, p_salon_id
));

comment on function schnittwerk.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid) is
  'Moves a pending or confirmed appointment before its start, offers its old time to the waitlist, and answers {"appointment"}. p_idempotency_key as for create_booking; p_new_starts_at: a whole minute; p_new_staff_id null = the same; p_reason and p_override_reason at most 2000 characters. Duration, buffers and agreed price stay; the new time may overlap the old one. Customers may move their own until the deadline and as often as agreed when they booked; the salon''s people pass both, and what create_booking lets them pass, with p_override_reason. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, reschedule_deadline_passed, reschedule_limit_reached, booking_limit_reached, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, slot_conflict.';

revoke execute on function schnittwerk.reschedule_booking from public;
grant execute on function schnittwerk.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/cancel_booking.sql
create function schnittwerk.cancel_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('cancel', p_salon_id, schnittwerk_core.cancel_booking(
  p_idempotency_key, p_appointment_id, p_reason, p_override_reason, p_salon_id
));

comment on function schnittwerk.cancel_booking(text, uuid, text, text, uuid) is
  'Cancels a pending or confirmed appointment before its start, offers its time to the waitlist, and answers {"appointment"}. p_idempotency_key as for create_booking; p_reason and p_override_reason at most 2000 characters. Customers may cancel their own until the deadline that was agreed when they booked; the salon''s people pass it with p_override_reason. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, cancellation_deadline_passed.';

revoke execute on function schnittwerk.cancel_booking from public;
grant execute on function schnittwerk.cancel_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/confirm_booking.sql
create function schnittwerk.confirm_booking(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('confirm', p_salon_id, schnittwerk_core.confirm_booking(
  p_idempotency_key, p_appointment_id, p_salon_id
));

comment on function schnittwerk.confirm_booking(text, uuid, uuid) is
  'Confirms a pending appointment, and answers {"appointment"}. p_idempotency_key as for create_booking. For the salon''s people. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.confirm_booking from public;
grant execute on function schnittwerk.confirm_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/complete_booking.sql
create function schnittwerk.complete_booking(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('complete', p_salon_id, schnittwerk_core.complete_booking(
  p_idempotency_key, p_appointment_id, p_salon_id
));

comment on function schnittwerk.complete_booking(text, uuid, uuid) is
  'Completes a confirmed appointment, from its start on, and answers {"appointment"}. p_idempotency_key as for create_booking. For the salon''s people. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.complete_booking from public;
grant execute on function schnittwerk.complete_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/mark_no_show.sql
create function schnittwerk.mark_no_show(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('no_show', p_salon_id, schnittwerk_core.mark_no_show(
  p_idempotency_key, p_appointment_id, p_salon_id
));

comment on function schnittwerk.mark_no_show(text, uuid, uuid) is
  'Marks as not shown up a pending or confirmed appointment, from its start on, and frees its time, and answers {"appointment"}. p_idempotency_key as for create_booking. For the salon''s people. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.mark_no_show from public;
grant execute on function schnittwerk.mark_no_show
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/appointment_policies.sql
create function schnittwerk.appointment_policies(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.appointment_policies(p_appointment_id, p_salon_id);

comment on function schnittwerk.appointment_policies(uuid, uuid) is
  'What the caller may do with an appointment, as the writes would decide now without an override: {"can_cancel", "cancel_deadline", "can_reschedule", "reschedule_deadline", "reschedules_left", "current_status", "reasons"}; reasons are the codes of what keeps them from either. Whether a new time is free is find_slots''s to say. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.appointment_policies from public;
grant execute on function schnittwerk.appointment_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/get_appointment.sql
create function schnittwerk.get_appointment(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_appointment(p_appointment_id, p_salon_id);

comment on function schnittwerk.get_appointment(uuid, uuid) is
  'An appointment with all its columns and its history, a list of {"version", "action", "user_id", "role", "reason", "override_reason", "from_status", "to_status", "from_staff_id", "to_staff_id", "from_starts_at", "to_starts_at", "correlation_id", "created_at"}; customers see their own, without who of the salon it was. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_appointment from public;
grant execute on function schnittwerk.get_appointment
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
  'The stored answer to the caller''s own key for an operation type (create), as a retry gets it: in full to who may still know of its customer, else with ids only. Raises not_authenticated, forbidden, invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.get_operation from public;
grant execute on function schnittwerk.get_operation
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_salon.sql
create function schnittwerk.save_salon(
  p_name text,
  p_time_zone text,
  p_currency text default null,
  p_id uuid default null,
  p_clear text[] default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_salon', p_id, schnittwerk_core.save_salon(
  p_name, p_time_zone, p_currency, p_id, p_clear
));

comment on function schnittwerk.save_salon(text, text, text, uuid, text[]) is
  'Adds a salon (the service only), or changes what is given of the one with p_id (its admins too), and answers {"salon", "affected_appointments"}. p_name: unique, at most 200 characters; p_time_zone: an IANA name such as Europe/Zurich, whose local time all hours and dates are; p_currency: an ISO 4217 code, CHF for a new one. With p_id null keeps what is there; nothing of a salon can be emptied, so p_clear may name nothing. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. Refusals: not_authenticated, forbidden, invalid_input, rate_limited, not_found.';

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

-- include: sql/api/delete_salon.sql
create function schnittwerk_core.delete_salon(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_salon schnittwerk_core.salon;
  v_used_for text;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  -- elsewhere null means the only salon: too easily said of a deletion
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_salon_id', p_salon_id is null));
  perform schnittwerk_core.begin_write(v_caller);

  -- Whoever adds something to the salon waits here, and finds it gone.
  select s.* into v_salon from schnittwerk_core.salon s where s.id = p_salon_id for update;
  -- Refuses a salon in use before it deletes anything; the foreign keys would only in the end.
  select u.table_name into v_used_for
  from (values
    ('customers', exists (
      select from schnittwerk_core.customers c where c.salon_id = p_salon_id)),
    ('services', exists (
      select from schnittwerk_core.services v where v.salon_id = p_salon_id)),
    ('staff', exists (
      select from schnittwerk_core.staff m where m.salon_id = p_salon_id)),
    ('profiles', exists (
      select from schnittwerk_core.profiles p where p.salon_id = p_salon_id))
  ) u (table_name, has_rows)
  where u.has_rows
  limit 1;
  if found then
    raise foreign_key_violation using table = v_used_for;
  end if;
  delete from schnittwerk_core.booking_policies p where p.salon_id = p_salon_id;
  delete from schnittwerk_core.opening_hours h where h.salon_id = p_salon_id;
  delete from schnittwerk_core.special_hours h where h.salon_id = p_salon_id;
  delete from schnittwerk_core.holidays h where h.salon_id = p_salon_id;
  perform schnittwerk_core.emit_holiday_events_now();
  -- what was written above included: nobody can read them without the salon
  delete from schnittwerk_core.events e where e.salon_id = p_salon_id;
  delete from schnittwerk_core.event_consumer c where c.salon_id = p_salon_id;
  -- The foreign keys see also what an old snapshot does not.
  delete from schnittwerk_core.salon s where s.id = p_salon_id;
  return schnittwerk_core.success('salon', schnittwerk_core.salon_json(v_salon));
exception
  when sqlstate 'PT000' then -- the category: every PTxxx
    get stacked diagnostics v_detail = pg_exception_detail;
    return schnittwerk_core.failure(sqlerrm, v_detail);
  when foreign_key_violation then
    get stacked diagnostics v_detail = table_name;
    return schnittwerk_core.failure(
      'wrong_status',
      format(
        'The salon has %s: only one without customers, services, staff and profiles can be deleted',
        case v_detail when 'resource' then 'staff' else replace(v_detail, '_', ' ') end),
      jsonb_build_object('error', 'Salon deletion failed'));
end
$$;

comment on function schnittwerk_core.delete_salon(uuid) is
  'Engine of schnittwerk.delete_salon.';

revoke execute on function schnittwerk_core.delete_salon from public;
grant execute on function schnittwerk_core.delete_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.delete_salon(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'delete_salon', p_salon_id, schnittwerk_core.delete_salon(p_salon_id));

comment on function schnittwerk.delete_salon(uuid) is
  'Deletes a salon that was never used, with its settings, hours, holidays, policies and events, and answers {"salon"} as it was. The audit trail keeps its entries. For the service only. p_salon_id: which, and required. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found, wrong_status (it has customers, services, staff or profiles).';

revoke execute on function schnittwerk.delete_salon from public;
grant execute on function schnittwerk.delete_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_profile.sql
create function schnittwerk.save_profile(
  p_profile_id uuid,
  p_role text default null,
  p_full_name text default null,
  p_email text default null,
  p_is_active boolean default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_profile', p_salon_id, schnittwerk_core.save_profile(
  p_profile_id, p_role, p_full_name, p_email, p_is_active, p_salon_id
));

comment on function schnittwerk.save_profile(uuid, text, text, text, boolean, uuid) is
  'Gives a signed-in user (p_profile_id = "sub" of their claims) a role in the salon, admin, receptionist, staff or customer, and answers {"profile"}; of a profile that is there it changes what is given: null keeps. A new one needs p_role and is active. p_full_name: one line of at most 200 characters; p_email: an e-mail address; p_is_active false takes all rights. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

revoke execute on function schnittwerk.save_profile from public;
grant execute on function schnittwerk.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/save_service.sql
create function schnittwerk.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text default null,
  p_buffer_before_minutes int default null,
  p_buffer_after_minutes int default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_service', p_salon_id, schnittwerk_core.save_service(
  p_name, p_duration_minutes, p_base_price, p_category, p_buffer_before_minutes,
  p_buffer_after_minutes, p_is_active, p_id, p_clear, p_salon_id
));

comment on function schnittwerk.save_service(text, int, numeric, text, int, int, boolean, uuid, text[], uuid) is
  'Adds a service, or changes what is given of the one with p_id, and answers {"service"}. p_name: unique in the salon, at most 200 characters; p_duration_minutes 1 to 1440; p_base_price in the salon''s currency, two decimals; p_category: free grouping, at most 200 characters, general for a new one; buffers in minutes, 0 to 1440, an empty one = none before and the salon''s after; inactive services cannot be booked, a new one is active. With p_id null keeps what is there, and p_clear names the parameters to be emptied: p_buffer_before_minutes, p_buffer_after_minutes. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

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
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_staff', p_salon_id, schnittwerk_core.save_staff(
  p_full_name, p_email, p_phone, p_profile_id, p_is_active, p_id, p_clear, p_salon_id
));

comment on function schnittwerk.save_staff(text, text, text, uuid, boolean, uuid, text[], uuid) is
  'Adds a member of staff, or changes what is given of the one with p_id, and answers {"staff", "affected_appointments"}. p_full_name: one line of at most 200 characters; p_email: an e-mail address; p_phone: 5 to 20 digits; p_profile_id: the signed-in user they are; inactive staff cannot be booked, new ones are active. With p_id null keeps what is there, and p_clear names the parameters to be emptied: p_email, p_phone, p_profile_id. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

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
return schnittwerk_core.log_write(
  'set_staff_services', p_salon_id,
  schnittwerk_core.set_staff_services(
    p_staff_id, p_services, p_salon_id
  )
);

comment on function schnittwerk.set_staff_services(uuid, jsonb, uuid) is
  'Replaces what a member of staff performs and answers {"staff_services"}. p_services: [{"service_id", "custom_price"?, "estimated_duration_minutes"?}], at most 1000, price in the salon''s currency, 1 to 1440 minutes, absent or null = the service''s; [] = nothing. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_staff_services from public;
grant execute on function schnittwerk.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/get_staff_services.sql
create function schnittwerk.get_staff_services(p_staff_id uuid, p_salon_id uuid default null)
returns table (service_id uuid, custom_price numeric, estimated_duration_minutes int)
language sql
stable
begin atomic
  select r.service_id, r.custom_price, r.estimated_duration_minutes
  from schnittwerk_core.get_staff_services(p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.get_staff_services(uuid, uuid) is
  'What a member of staff performs, as set_staff_services takes it: custom_price in the salon''s currency, estimated_duration_minutes; null = as the service has it. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_staff_services from public;
grant execute on function schnittwerk.get_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_staff_availability.sql
create function schnittwerk.set_staff_availability(
  p_staff_id uuid, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'set_staff_availability', p_salon_id,
  schnittwerk_core.set_staff_availability(
    p_staff_id, p_windows, p_salon_id
  )
);

comment on function schnittwerk.set_staff_availability(uuid, jsonb, uuid) is
  'Replaces the week of a member of staff and answers {"staff_availability", "affected_appointments"}. p_windows: [{"day_of_week", "start_time", "end_time", "availability_type"?}], at most 1000, 0 = Sunday to 6, local times HH:MM up to 24:00, available (default) or unavailable, which takes a break away; [] = never works. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins, and staff for themselves. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

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
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_customer', p_salon_id, schnittwerk_core.save_customer(
  p_full_name, p_email, p_phone, p_profile_id, p_notes, p_id, p_clear, p_salon_id
));

comment on function schnittwerk.save_customer(text, text, text, uuid, text, uuid, text[], uuid) is
  'Adds a customer, or changes what is given of the one with p_id, and answers {"customer"}. p_full_name: one line of at most 200 characters; p_email: an e-mail address that no other customer has; p_phone: 5 to 20 digits; p_notes (the salon''s own): at most 2000 characters; p_profile_id: the signed-in user they are, who may then see and book for this customer. With p_id null keeps what is there, and p_clear names the parameters to be emptied: p_email, p_phone, p_profile_id, p_notes. For the salon team. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, already_exists.';

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
return schnittwerk_core.log_write(
  'register_customer', p_salon_id,
  schnittwerk_core.register_customer(
    p_full_name, p_email, p_phone, p_salon_id
  )
);

comment on function schnittwerk.register_customer(text, text, text, uuid) is
  'Makes the signed-in caller a customer of the salon, or changes their own name, e-mail and telephone (p_phone null keeps it), and answers {"customer"}. p_full_name: one line of at most 200 characters; p_email: an e-mail address, which another customer may have too: the salon team sees both; p_phone: 5 to 20 digits. For everyone signed in. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

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
  created_at timestamptz,
  merge_candidate_ids uuid[]
)
language sql
stable
begin atomic
  select r.id, r.full_name, r.email, r.phone, r.profile_id, r.notes, r.created_at,
    r.merge_candidate_ids
  from schnittwerk_core.list_customers(p_search, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_customers(text, int, uuid) is
  'Customers by name; p_search: part of name, e-mail or telephone, in any case and with or without accents; p_limit: 1 to 1000 rows. A customer sees only themselves, without the salon''s notes. merge_candidate_ids, for the salon team only: other customers with the same e-mail address, who may be the same person. Raises not_authenticated, salon_required, forbidden, invalid_input.';

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
return schnittwerk_core.log_write('set_policy', p_salon_id, schnittwerk_core.set_policy(
  p_policy_key, p_policy_value, p_is_active, p_salon_id
));

comment on function schnittwerk.set_policy(text, jsonb, boolean, uuid) is
  'Sets a booking policy and answers {"policy"}, as list_policies shows it. p_policy_value: a JSON number or boolean of the type and in the range that list_policies gives; with p_is_active false the default holds. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

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
return schnittwerk_core.log_write('create_holiday', p_salon_id, schnittwerk_core.create_holiday(
  p_name, p_date, p_is_recurring, p_recurring_month, p_recurring_day, p_type, p_description,
  p_affects_all_staff, p_staff_ids, p_end_date, p_salon_id
));

comment on function schnittwerk.create_holiday(text, date, boolean, int, int, text, text, boolean, uuid[], date, uuid) is
  'Closes a local date, or all from p_date to p_end_date (less than 366 days), and answers {"holiday", "affected_appointments"}. p_is_recurring: every year on p_recurring_month and p_recurring_day, null = those of p_date, others move both dates (29 February is observed on the 28th in other years; several days keep their first and last date, not their length); p_type: public_holiday, blackout_date or maintenance; p_affects_all_staff false closes only for p_staff_ids, at most 1000. p_name at most 200, p_description 2000 characters. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

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
return schnittwerk_core.log_write('update_holiday', p_salon_id, schnittwerk_core.update_holiday(
  p_holiday_id, p_changes, p_salon_id
));

comment on function schnittwerk.update_holiday(uuid, jsonb, uuid) is
  'Changes a holiday and answers {"holiday", "affected_appointments"}. p_changes: an object with any of name, date, end_date, type, description, is_recurring, recurring_month, recurring_day, affects_all_staff, staff_ids; absent = kept, null = cleared; staff_ids at most 1000. A new date takes month and day of a recurring one along unless they are given; affects_all_staff true drops the staff. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.update_holiday from public;
grant execute on function schnittwerk.update_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/delete_holiday.sql
create function schnittwerk.delete_holiday(p_holiday_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('delete_holiday', p_salon_id, schnittwerk_core.delete_holiday(
  p_holiday_id, p_salon_id
));

comment on function schnittwerk.delete_holiday(uuid, uuid) is
  'Removes a holiday and answers {"holiday"}, as it was. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

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
  'One row per holiday and local date from p_from to p_to (at most 1100 days), recurring ones and ranges expanded, by date and name; staff_ids: for whom one that does not affect all staff closes. At most 100000 rows, more is invalid_input. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.list_holidays from public;
grant execute on function schnittwerk.list_holidays
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_business_settings.sql
create function schnittwerk.set_business_settings(p_settings jsonb, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'set_business_settings', p_salon_id,
  schnittwerk_core.set_business_settings(
    p_settings, p_salon_id
  )
);

comment on function schnittwerk.set_business_settings(jsonb, uuid) is
  'Changes the salon''s settings and answers {"business_settings", "affected_appointments"}. p_settings: an object with any of opening_hours {"0" (Sunday) to "6": {"is_open"?, "start_time", "end_time"} or a list of at most 1000 of them}, local times HH:MM up to 24:00, a weekday left out is closed; buffer_time_minutes 0 to 1440; max_advance_booking_days 1 to 730, null = as the policy says; slot_interval_minutes 1 to 1440; preferred_hours {"start_time", "end_time"}; quiet_hours {"start_time", "end_time"}, which may go past midnight and in which no messages go to customers, null = none. Absent = unchanged. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

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
return schnittwerk_core.log_write('add_time_off', p_salon_id, schnittwerk_core.add_time_off(
  p_staff_id, p_start_date, p_end_date, p_start_time, p_end_time, p_type, p_is_approved,
  p_salon_id
));

comment on function schnittwerk.add_time_off(uuid, date, date, time, time, text, boolean, uuid) is
  'Takes a member of staff out of the book in one stretch and answers {"time_off", "affected_appointments"}. Local dates, p_end_date null = p_start_date, both included; p_start_time on the first and p_end_time on the last date, null = whole days; p_type: free text, at most 50 characters. Only approved time off blocks. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins, and staff for themselves: theirs is a request, never approved. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.add_time_off from public;
grant execute on function schnittwerk.add_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/remove_time_off.sql
create function schnittwerk.remove_time_off(p_time_off_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('remove_time_off', p_salon_id, schnittwerk_core.remove_time_off(
  p_time_off_id, p_salon_id
));

comment on function schnittwerk.remove_time_off(uuid, uuid) is
  'Removes time off and answers {"time_off"}, as it was. For admins, and staff for their own. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

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
  'Time off that overlaps the local dates from p_from to p_to (at most 1100 days), of one member of staff or all, by start; times HH:MM, null = whole days. For the salon''s people. At most 100000 rows, more is invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

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
return schnittwerk_core.log_write(
  'set_special_hours', p_salon_id,
  schnittwerk_core.set_special_hours(
    p_date, p_windows, p_salon_id
  )
);

comment on function schnittwerk.set_special_hours(date, jsonb, uuid) is
  'Opens a local date at other hours than its weekday''s and answers {"special_hours", "affected_appointments"}. p_windows: [{"start_time", "end_time"}], at most 1000, local times HH:MM up to 24:00; [] = closed, null = back to the weekday''s. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

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
  'Opening windows of single dates from p_from to p_to (at most 1100 days), in place of their weekdays''; local times HH:MM up to 24:00, without times and is_open false: closed that day. At most 100000 rows, more is invalid_input. Raises invalid_input, salon_required, not_found.';

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
  'Appointments that overlap [p_from, p_to), at most 400 days, by start: all of the salon for its people, a customer''s own for them; of one member of staff, customer or status (pending, confirmed, completed, cancelled, no_show) where given. Price in the salon''s currency. At most 100000 rows, more is invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_appointments from public;
grant execute on function schnittwerk.list_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/join_waitlist.sql
create function schnittwerk.join_waitlist(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_preferred_start_date date,
  p_preferred_end_date date,
  p_staff_id uuid default null,
  p_preferred_times time[] default null,
  p_preferred_days int[] default null,
  p_priority int default 0,
  p_notes text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('join_waitlist', p_salon_id, schnittwerk_core.join_waitlist(
  p_idempotency_key, p_customer_id, p_service_id, p_preferred_start_date, p_preferred_end_date,
  p_staff_id, p_preferred_times, p_preferred_days, p_priority, p_notes, p_salon_id
));

comment on function schnittwerk.join_waitlist(text, uuid, uuid, date, date, uuid, time[], int[], int, text, uuid) is
  'Puts a customer on the waitlist for a service and answers {"waitlist_entry"}. p_idempotency_key as for create_booking; p_customer_id null = the caller; the local dates from p_preferred_start_date to p_preferred_end_date (at most 730 days later); p_staff_id null = anyone; p_preferred_times: exact local starts, 1 to 96, null = any; p_preferred_days: 1 to 7 of 0 = Sunday to 6, null = any; p_priority: 0 to 10, higher first, set by the salon''s people only; p_notes at most 2000 characters, kept with the booking. One active entry per customer and service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, already_exists, service_not_offered.';

revoke execute on function schnittwerk.join_waitlist from public;
grant execute on function schnittwerk.join_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/update_waitlist_entry.sql
create function schnittwerk.update_waitlist_entry(
  p_idempotency_key text, p_entry_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'update_waitlist_entry', p_salon_id,
  schnittwerk_core.update_waitlist_entry(
    p_idempotency_key, p_entry_id, p_changes, p_salon_id
  )
);

comment on function schnittwerk.update_waitlist_entry(text, uuid, jsonb, uuid) is
  'Changes a waitlist entry that waits and answers {"waitlist_entry"}. p_idempotency_key as for create_booking; p_changes: staff_id, preferred_start_date, preferred_end_date, preferred_times, preferred_days, priority (the salon''s people only), notes, as for join_waitlist; absent = keep, null = clear. An open offer stays. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, service_not_offered.';

revoke execute on function schnittwerk.update_waitlist_entry from public;
grant execute on function schnittwerk.update_waitlist_entry
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/leave_waitlist.sql
create function schnittwerk.leave_waitlist(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('leave_waitlist', p_salon_id, schnittwerk_core.leave_waitlist(
  p_idempotency_key, p_entry_id, p_salon_id
));

comment on function schnittwerk.leave_waitlist(text, uuid, uuid) is
  'Takes an entry off the waitlist, hands on what it was offered, and answers {"waitlist_entry"}. p_idempotency_key as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.leave_waitlist from public;
grant execute on function schnittwerk.leave_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/accept_waitlist_offer.sql
create function schnittwerk.accept_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'accept_waitlist_offer', p_salon_id,
  schnittwerk_core.accept_waitlist_offer(
    p_idempotency_key, p_entry_id, p_salon_id
  )
);

comment on function schnittwerk.accept_waitlist_offer(text, uuid, uuid) is
  'Books the slot that is held for a waitlist entry, at the price that it was offered for, and answers {"appointment", "waitlist_entry"}. p_idempotency_key as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, offer_expired, and the rules of create_booking where they changed since the offer.';

revoke execute on function schnittwerk.accept_waitlist_offer from public;
grant execute on function schnittwerk.accept_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/decline_waitlist_offer.sql
create function schnittwerk.decline_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'decline_waitlist_offer', p_salon_id,
  schnittwerk_core.decline_waitlist_offer(
    p_idempotency_key, p_entry_id, p_salon_id
  )
);

comment on function schnittwerk.decline_waitlist_offer(text, uuid, uuid) is
  'Hands the slot that is held for a waitlist entry on to the next, never back to the same, and answers {"waitlist_entry"}, which waits on. p_idempotency_key as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, offer_expired.';

revoke execute on function schnittwerk.decline_waitlist_offer from public;
grant execute on function schnittwerk.decline_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_waitlist.sql
create function schnittwerk.list_waitlist(
  p_status text default null,
  p_service_id uuid default null,
  p_from date default null,
  p_to date default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  service_id uuid,
  service_name text,
  staff_id uuid,
  preferred_start_date date,
  preferred_end_date date,
  preferred_times text[],
  preferred_days int[],
  priority int,
  status text,
  notes text,
  created_at timestamptz,
  offered_staff_id uuid,
  offered_starts_at timestamptz,
  offered_ends_at timestamptz,
  offered_price numeric,
  offer_expires_at timestamptz
)
language sql
stable
begin atomic
  select * from schnittwerk_core.list_waitlist(p_status, p_service_id, p_from, p_to, p_salon_id);
end;

comment on function schnittwerk.list_waitlist(text, uuid, date, date, uuid) is
  'The waitlist, best first: by priority, then who waits longest. p_status: active, notified (an offer is open), booked, cancelled or expired; p_from, p_to: entries that want any local date between; null = all. offered_ columns: the open offer, held until offer_expires_at. Customers see their own entries. At most 100000 rows, more is invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_waitlist from public;
grant execute on function schnittwerk.list_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/process_waitlist.sql
create function schnittwerk.process_waitlist(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('process_waitlist', p_salon_id, schnittwerk_core.process_waitlist(
  p_salon_id
));

comment on function schnittwerk.process_waitlist(uuid) is
  'Ends offers and entries that have expired, offers freed time that has come within waitlist_notification_hours or that nobody took, and answers {"waitlist": {"expired_offers", "expired_entries", "new_offers"}}. To be called every minute or so: it makes prompt what is correct without it. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.process_waitlist from public;
grant execute on function schnittwerk.process_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/booking_metrics.sql
create function schnittwerk.booking_metrics(
  p_from timestamptz, p_to timestamptz, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.booking_metrics(p_from, p_to, p_salon_id);

comment on function schnittwerk.booking_metrics(timestamptz, timestamptz, uuid) is
  'What happened in the salon in [p_from, p_to), at most 400 days, for its people; all of it from booking_operations (keyed writes, by created_at), the refusal log (writes refused before they were stored) and the waitlist. attempts, succeeded, success_rate: bookings (create) asked for, booked, and their share 0 to 1; a retry of the same key is no further attempt. operations: per operation completed, failed (refused by a rule) and refused (before that). refusals: how many by code, over all writes. policy_violations: [{"code", "count"}] of the rules except slot_conflict, most common first. conflicts: refusals with slot_conflict. key_replays, keys_in_flight, keys_reused: duplicates of an idempotency key that got the stored answer, came while the first was running, or asked for something else; replays count with the first call. duration_ms: average, p50, p95, p99 of keyed writes, from claiming the key to the answer; null without any. slot_generation: average_ms of find_slots over the whole database since its statistics began, null with the reason where the server''s track_functions is none. waitlist: entries joined, ended and, of those, booked, and the offers made then with what became of them. waitlist_conversion_rate: booked / ended, of the entries that ended (booked, cancelled, expired) then. Rates are null where there is nothing to divide by. What purge_operations has deleted is not counted. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.booking_metrics from public;
grant execute on function schnittwerk.booking_metrics
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/purge_operations.sql
create function schnittwerk.purge_operations(
  p_older_than_days int default 30, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('purge_operations', p_salon_id,
  schnittwerk_core.purge_operations(p_older_than_days, p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.purge_operations(int, boolean, uuid) is
  'Deletes the salon''s operations (the idempotency keys with their answers) and refusals that are older than p_older_than_days, 30 to 3650, and answers {"purged": {"operations", "refusals"}}: at most 10000 of each a call, to be repeated until both are 0. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_operations from public;
grant execute on function schnittwerk.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/maintain.sql
create function schnittwerk.maintain(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('maintain', p_salon_id, schnittwerk_core.maintain(p_salon_id));

comment on function schnittwerk.maintain(uuid) is
  'The salon''s upkeep, to be called once a day: deletes operations and refusals older than 30 days, claims on time that ended over a day ago (the appointments stay) and holds that have expired, at most 10000 of each a call; makes the partitions of the months to come, of the audit trail, the events and the refusals, for all salons, and drops those that no salon''s retention policy keeps a row of; and answers {"maintained": {"operations", "refusals", "claims", "holds", "partitions_made", "partitions_dropped"}, "affected_appointments": […]}. It works out the weeks of the calendar that have come within reach; where the server has got other rules for the salon''s time zone since the last call it does so for all, and affected_appointments are those pending or confirmed that no longer lie in open time by local clocks. Nothing is wrong while it is not called; tables only grow. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.maintain from public;
grant execute on function schnittwerk.maintain
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/read_events.sql
create function schnittwerk.read_events(
  p_consumer text, p_limit int default 100, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('read_events', p_salon_id,
  schnittwerk_core.read_events(p_consumer, p_limit, p_salon_id)
);

comment on function schnittwerk.read_events(text, int, uuid) is
  'Answers {"events"}: those that the consumer has not acknowledged yet, in order, at most p_limit (1 to 10000); none at all when it has come to the end. p_consumer: a name of its own, 1 to 100 printable characters; a new one begins with the oldest event kept. An event is {"version", "id", "type", "occurred_at", "salon_id", "subject_id", "sequence", "correlation_id", "data"}: sequence rises with every event of a subject, data is the row as it became, without names, addresses and free text. The same events come again until they are acknowledged. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.read_events from public;
grant execute on function schnittwerk.read_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/acknowledge_events.sql
create function schnittwerk.acknowledge_events(
  p_consumer text, p_event_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('acknowledge_events', p_salon_id,
  schnittwerk_core.acknowledge_events(p_consumer, p_event_id, p_salon_id)
);

comment on function schnittwerk.acknowledge_events(text, uuid, uuid) is
  'Moves the consumer past an event that it has read, and past all that came before it, and answers {"is_acknowledged"}: false where it was past it already, or has not read it yet. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.acknowledge_events from public;
grant execute on function schnittwerk.acknowledge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/forget_consumer.sql
create function schnittwerk.forget_consumer(p_consumer text, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('forget_consumer', p_salon_id,
  schnittwerk_core.forget_consumer(p_consumer, p_salon_id)
);

comment on function schnittwerk.forget_consumer(text, uuid) is
  'Forgets how far a consumer has come, so that events need not be kept for it any longer, and answers {"consumer"}. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.forget_consumer from public;
grant execute on function schnittwerk.forget_consumer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/set_contact_preferences.sql
create function schnittwerk.set_contact_preferences(
  p_customer_id uuid default null,
  p_language text default null,
  p_consents jsonb default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('set_contact_preferences', p_salon_id,
  schnittwerk_core.set_contact_preferences(p_customer_id, p_language, p_consents, p_salon_id)
);

comment on function schnittwerk.set_contact_preferences(uuid, text, jsonb, uuid) is
  'Sets in which language a customer is written to and by which channels they have agreed to it, and answers {"contact_preferences"}. p_customer_id null = the caller; p_language: ISO 639-1, such as de; p_consents: {"email", "sms", "chat"} with true or false; null or absent = unchanged. Nothing is sent by a channel that was not agreed to. Customers set their own, the salon''s people anybody''s. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_contact_preferences from public;
grant execute on function schnittwerk.set_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/get_contact_preferences.sql
create function schnittwerk.get_contact_preferences(
  p_customer_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_contact_preferences(p_customer_id, p_salon_id);

comment on function schnittwerk.get_contact_preferences(uuid, uuid) is
  'A customer''s {"customer_id", "language", "consents": {"email", "sms", "chat"}}; language null = none chosen. p_customer_id null = the caller. Customers see their own, the salon''s people anybody''s. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_contact_preferences from public;
grant execute on function schnittwerk.get_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/emit_reminders.sql
create function schnittwerk.emit_reminders(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('emit_reminders', p_salon_id,
  schnittwerk_core.emit_reminders(p_salon_id)
);

comment on function schnittwerk.emit_reminders(uuid) is
  'Writes an event appointment.reminder_due for every pending or confirmed appointment that starts within the policy reminder_hours, once for an appointment and start, and answers {"reminders"}: how many. None for those booked or moved later than their reminder would have come, and none at all where the policy is 0. To be called often; a relay does. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.emit_reminders from public;
grant execute on function schnittwerk.emit_reminders
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/dispatch_events.sql
create function schnittwerk.dispatch_events(
  p_consumer text, p_targets jsonb, p_limit int default 500, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('dispatch_events', p_salon_id,
  schnittwerk_core.dispatch_events(p_consumer, p_targets, p_limit, p_salon_id)
);

comment on function schnittwerk.dispatch_events(text, jsonb, int, uuid) is
  'Moves a relay past the next events, at most p_limit, and notes for each what is to be delivered to whom; answers {"dispatched": {"events", "deliveries"}}, to be repeated until events is 0. p_consumer: the relay''s name; p_targets: [{"name", "channel": "email"|"sms"|"chat"|"webhook", "events"?: ["appointment.*", …]}], lists of at most 1000, names and patterns of at most 100 characters. Webhooks get every event, the other channels those that customers are told of. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.dispatch_events from public;
grant execute on function schnittwerk.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/claim_delivery.sql
create function schnittwerk.claim_delivery(p_targets text[], p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('claim_delivery', p_salon_id,
  schnittwerk_core.claim_delivery(p_targets, p_salon_id)
);

comment on function schnittwerk.claim_delivery(text[], uuid) is
  'Takes the next delivery that is due for one of p_targets (at most 1000 names of at most 100 characters) and keeps it locked until the transaction ends, in which end_delivery is to be called; answers {"delivery"}: its columns, "event", and "message" for what goes to a customer (template, language, customer, salon, service, staff, and as local_times the event''s times on the salon''s clock); null where nothing is due. "fault" says why no message can be composed, without personal data: end such a delivery as refused. What lies in quiet hours is put off to their end; what the customer has not agreed to or is out of date is skipped. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.claim_delivery from public;
grant execute on function schnittwerk.claim_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/end_delivery.sql
create function schnittwerk.end_delivery(
  p_delivery_id uuid,
  p_outcome text,
  p_detail text default null,
  p_max_attempts int default 10,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('end_delivery', p_salon_id,
  schnittwerk_core.end_delivery(p_delivery_id, p_outcome, p_detail, p_max_attempts, p_salon_id)
);

comment on function schnittwerk.end_delivery(uuid, text, text, int, uuid) is
  'Says how a delivery went and answers {"delivery"}. p_outcome: delivered; failed: tried again after a pause that doubles each time (half a minute to an hour), parked after p_max_attempts; refused: parked at once; skipped. p_detail: the error, without personal data, or why it was skipped. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.end_delivery from public;
grant execute on function schnittwerk.end_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/retry_deliveries.sql
create function schnittwerk.retry_deliveries(
  p_delivery_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('retry_deliveries', p_salon_id,
  schnittwerk_core.retry_deliveries(p_delivery_id, p_salon_id)
);

comment on function schnittwerk.retry_deliveries(uuid, uuid) is
  'Makes a parked delivery due again, null = all of them, and answers {"retried"}: how many. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.retry_deliveries from public;
grant execute on function schnittwerk.retry_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_deliveries.sql
create function schnittwerk.list_deliveries(
  p_status text default null, p_limit int default 100, p_salon_id uuid default null
)
returns table (
  id uuid,
  event_id uuid,
  event_type text,
  subject_id uuid,
  target text,
  channel text,
  status text,
  reason text,
  attempts int,
  next_attempt_at timestamptz,
  last_error text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.event_id, r.event_type, r.subject_id, r.target, r.channel, r.status, r.reason,
    r.attempts, r.next_attempt_at, r.last_error, r.created_at
  from schnittwerk_core.list_deliveries(p_status, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_deliveries(text, int, uuid) is
  'Deliveries of the relay, the newest first, at most p_limit (1 to 10000). p_status: pending, delivered, parked or skipped, null = all. For the service. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_deliveries from public;
grant execute on function schnittwerk.list_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/count_deliveries.sql
create function schnittwerk.count_deliveries(p_salon_id uuid default null)
returns table (target text, status text, deliveries bigint, oldest_at timestamptz)
language sql
stable
begin atomic
  select r.target, r.status, r.deliveries, r.oldest_at
  from schnittwerk_core.count_deliveries(p_salon_id) r;
end;

comment on function schnittwerk.count_deliveries(uuid) is
  'How many deliveries each target has of each status, and since when the oldest. For the service. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.count_deliveries from public;
grant execute on function schnittwerk.count_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/purge_events.sql
create function schnittwerk.purge_events(
  p_older_than_days int default 90, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('purge_events', p_salon_id,
  schnittwerk_core.purge_events(p_older_than_days, p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.purge_events(int, boolean, uuid) is
  'Deletes the salon''s events, with their deliveries, that are older than p_older_than_days (1 to 3650), that every consumer has passed, and of which no delivery is pending or parked; answers {"purged": {"events"}}: at most 10000 a call, to be repeated until it is 0. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_events from public;
grant execute on function schnittwerk.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/list_audit.sql
create function schnittwerk.list_audit(
  p_from timestamptz,
  p_to timestamptz,
  p_table_name text default null,
  p_row_id uuid default null,
  p_user_id uuid default null,
  p_limit int default 100,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  occurred_at timestamptz,
  table_name text,
  row_key jsonb,
  action text,
  user_id uuid,
  role text,
  login text,
  is_override boolean,
  correlation_id text,
  before jsonb,
  after jsonb,
  reason text,
  override_reason text
)
language sql
stable
begin atomic
  select
    r.id, r.occurred_at, r.table_name, r.row_key, r.action, r.user_id, r.role, r.login,
    r.is_override, r.correlation_id, r.before, r.after, r.reason, r.override_reason
  from schnittwerk_core.list_audit(
    p_from, p_to, p_table_name, p_row_id, p_user_id, p_limit, p_salon_id
  ) r;
end;

comment on function schnittwerk.list_audit(timestamptz, timestamptz, text, uuid, uuid, int, uuid) is
  'The audit trail of [p_from, p_to), at most 400 days, newest first: who (user, role, database login) did what (insert, update, delete, erase) to which row (its key but for the salon), what was before and after (of a change the columns that changed), and why. p_table_name, p_row_id (any part of the key), p_user_id: only those; p_limit: 1 to 10000 rows. For admins. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.list_audit from public;
grant execute on function schnittwerk.list_audit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/export_customer.sql
create function schnittwerk.export_customer(
  p_customer_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.export_customer(p_customer_id, p_salon_id);

comment on function schnittwerk.export_customer(uuid, uuid) is
  'All that is kept of one person (GDPR article 15): {"exported_at", "salon", "customer", "profile", "contact_preferences", "appointments" with their history, "waitlist" with its offers, "operations", "messages", "audit"}. p_customer_id null = the caller. For admins; others get their own, without the salon''s own notes on them, who of the salon did what, and why exceptions were made. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.export_customer from public;
grant execute on function schnittwerk.export_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/erase_customer.sql
create function schnittwerk.erase_customer(p_customer_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('erase_customer', p_salon_id,
  schnittwerk_core.erase_customer(p_customer_id, p_salon_id)
);

comment on function schnittwerk.erase_customer(uuid, uuid) is
  'Erases a person (GDPR article 17): name, addresses, notes, reasons, consents, the answers kept for retries but for ids, what mail servers said, the values in the audit trail, and the profile of a user who is nothing else in the salon. What was booked stays, without saying by whom; that it was done is in the audit trail, and an event customer.erased tells those who have copies. Answers {"erased": {"customer_id", "appointments", "history", "waitlist_entries", "operations", "deliveries", "audit_values"}}, rows each; again, it finds nothing more. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, wrong_status (appointments to come, or on the waitlist).';

revoke execute on function schnittwerk.erase_customer from public;
grant execute on function schnittwerk.erase_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/api/apply_retention.sql
create function schnittwerk.apply_retention(
  p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('apply_retention', p_salon_id,
  schnittwerk_core.apply_retention(p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.apply_retention(boolean, uuid) is
  'Deletes what the salon''s retention policies (retention_…_days) do not keep, and answers {"retention": {"operations", "refusals", "events", "customers" (erased), "notes" (appointments and waitlist entries whose free text is deleted), "audit"}}: at most 10000 of each a call, 100 customers, to be repeated until all are 0. Waitlist entries whose dates have passed count as over once process_waitlist has ended them. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.apply_retention from public;
grant execute on function schnittwerk.apply_retention
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

commit;
