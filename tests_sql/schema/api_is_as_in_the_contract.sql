-- Names, parameters, volatility and results that clients rely on. The last parameter of them all,
-- the salon's, is left out.
begin;
select plan(6);

create function pg_temp.contract()
returns setof text
language sql
as $$
  select regexp_replace(btrim(f, E' \n'), '\s+', ' ', 'g')
  from regexp_split_to_table($contract$
booking_metrics(p_from timestamptz, p_to timestamptz) stable jsonb;
accept_waitlist_offer(p_idempotency_key text, p_entry_id uuid) volatile jsonb;
appointment_policies(p_appointment_id uuid) stable jsonb;
cancel_booking(p_idempotency_key text, p_appointment_id uuid, p_reason text = null,
  p_override_reason text = null) volatile jsonb;
cancel_visit(p_idempotency_key text, p_visit_id uuid, p_reason text = null,
  p_override_reason text = null) volatile jsonb;
create_visit(p_idempotency_key text, p_customer_id uuid, p_items jsonb, p_starts_at timestamptz,
  p_notes text = null, p_expected_price numeric = null, p_override_reason text = null) volatile
  jsonb;
find_visits(p_items jsonb, p_from date, p_to date = null, p_slot_interval_minutes int = null,
  p_limit int = null, p_visit_id uuid = null) stable table (starts_at timestamptz,
  ends_at timestamptz, price numeric, items jsonb);
get_visit(p_visit_id uuid) stable jsonb;
reschedule_visit(p_idempotency_key text, p_visit_id uuid, p_new_starts_at timestamptz,
  p_reason text = null, p_override_reason text = null) volatile jsonb;
complete_booking(p_idempotency_key text, p_appointment_id uuid, p_override_reason text = null)
  volatile jsonb;
confirm_booking(p_idempotency_key text, p_appointment_id uuid) volatile jsonb;
hold_slot(p_idempotency_key text, p_service_id uuid, p_starts_at timestamptz,
  p_staff_id uuid = null, p_customer_id uuid = null, p_promotion_code text = null) volatile jsonb;
release_hold(p_idempotency_key text, p_hold_id uuid) volatile jsonb;
decline_waitlist_offer(p_idempotency_key text, p_entry_id uuid) volatile jsonb;
get_appointment(p_appointment_id uuid) stable jsonb;
join_waitlist(p_idempotency_key text, p_customer_id uuid, p_service_id uuid,
  p_preferred_start_date date, p_preferred_end_date date, p_staff_id uuid = null,
  p_preferred_times time[] = null, p_preferred_days int[] = null, p_priority int = 0,
  p_notes text = null) volatile jsonb;
leave_waitlist(p_idempotency_key text, p_entry_id uuid) volatile jsonb;
list_waitlist(p_status text = null, p_service_id uuid = null, p_from date = null,
  p_to date = null) stable table (id uuid, customer_id uuid, customer_name text,
  service_id uuid, service_name text, staff_id uuid, preferred_start_date date,
  preferred_end_date date, preferred_times text[], preferred_days int[], priority int,
  status text, notes text, created_at timestamptz, offered_staff_id uuid,
  offered_starts_at timestamptz, offered_ends_at timestamptz, offered_price numeric,
  offer_expires_at timestamptz);
mark_no_show(p_idempotency_key text, p_appointment_id uuid, p_override_reason text = null)
  volatile jsonb;
waive_fee(p_idempotency_key text, p_appointment_id uuid, p_reason text) volatile jsonb;
process_waitlist() volatile jsonb;
reschedule_booking(p_idempotency_key text, p_appointment_id uuid, p_new_starts_at timestamptz,
  p_new_staff_id uuid = null, p_reason text = null, p_override_reason text = null,
  p_new_service_id uuid = null) volatile jsonb;
update_waitlist_entry(p_idempotency_key text, p_entry_id uuid, p_changes jsonb) volatile jsonb;
explain_price(p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz,
  p_promotion_code text = null) stable jsonb;
explain_slot(p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz,
  p_appointment_id uuid = null, p_customer_id uuid = null) stable table (rule text, passed boolean, code text, details text);
find_ids(p_prefix text, p_kind text = null) stable table (kind text, id uuid);
find_slots(p_service_id uuid, p_from date, p_to date = null, p_staff_id uuid = null,
  p_slot_interval_minutes int = null, p_limit int = null, p_appointment_id uuid = null,
  p_promotion_code text = null) stable table (staff_id uuid, starts_at timestamptz, ends_at timestamptz, duration_minutes int,
  is_preferred boolean, price numeric);
recommend_slots(p_service_id uuid, p_from date, p_to date = null, p_staff_id uuid = null,
  p_customer_id uuid = null, p_limit int = 5) stable table (staff_id uuid, starts_at timestamptz,
  ends_at timestamptz, duration_minutes int, is_preferred boolean, price numeric, score numeric,
  reasons text[]);
get_booking_policy(policy_key text) stable text;
get_business_settings() stable jsonb;
get_operation(p_idempotency_key text, p_operation_type text) stable jsonb;
get_staff_availability(p_staff_id uuid) stable table (day_of_week int, start_time text,
  end_time text, availability_type text);
get_staff_services(p_staff_id uuid) stable table (service_id uuid, custom_price numeric,
  estimated_duration_minutes int, steps jsonb);
is_holiday(check_date date) stable boolean;
list_affected_appointments() stable table (id uuid, customer_id uuid, customer_name text,
  customer_phone text, staff_id uuid, staff_name text, service_id uuid, service_name text,
  starts_at timestamptz, ends_at timestamptz, status text, price numeric, cause text);
list_appointments(p_from timestamptz, p_to timestamptz, p_staff_id uuid = null,
  p_customer_id uuid = null, p_status text = null) stable table (id uuid, customer_id uuid,
  customer_name text, staff_id uuid, staff_name text, service_id uuid, service_name text,
  starts_at timestamptz, ends_at timestamptz, status text, price numeric, reschedule_count int,
  notes text, created_at timestamptz);
list_customers(p_search text = null, p_limit int = 50) stable table (id uuid, full_name text,
  email text, phone text, profile_id uuid, notes text, created_at timestamptz,
  merge_candidate_ids uuid[]);
list_day(p_date date, p_staff_id uuid = null) stable table (staff_id uuid, staff_name text,
  starts_at timestamptz, ends_at timestamptz, kind text, label text, appointment_id uuid,
  customer_name text, service_name text, status text);
list_holidays(p_from date, p_to date) stable table (id uuid, date date, name text, type text,
  description text, is_recurring boolean, affects_all_staff boolean, staff_ids uuid[]);
list_policies() stable table (policy_key text, policy_value jsonb, default_value jsonb,
  value_type text, minimum numeric, maximum numeric, description text, is_active boolean);
list_price_rules() stable table (id uuid, name text, kind text, conditions jsonb,
  adjustment jsonb, priority int, valid_from date, valid_until date, is_active boolean);
list_profiles(p_role text = null) stable table (id uuid, role text,
  full_name text, email text, is_active boolean);
list_resources() stable table (id uuid, name text, kind text, pool text, is_active boolean,
  closures jsonb);
list_salons() stable table (id uuid, name text, time_zone text, currency text);
list_services() stable table (id uuid, name text, category text, duration_minutes int,
  base_price numeric, buffer_before_minutes int, buffer_after_minutes int, is_active boolean,
  steps jsonb, needs jsonb, min_price numeric, max_price numeric);
list_special_hours(p_from date, p_to date) stable table (date date, start_time text,
  end_time text, is_open boolean);
list_staff(p_service_id uuid = null) stable table (id uuid, full_name text, is_active boolean,
  email text, phone text, profile_id uuid);
list_time_off(p_from date, p_to date, p_staff_id uuid = null) stable table (id uuid,
  staff_id uuid, start_date date, end_date date, start_time text, end_time text, type text,
  is_approved boolean);
rpc_get_available_slots_enhanced(p_staff_id uuid, p_service_id uuid, p_date date,
  p_buffer_minutes int = 15, p_slot_interval_minutes int = 15) stable
  table (start_time timestamptz, end_time timestamptz, duration_minutes int,
  is_preferred boolean);
rpc_validate_appointment_slot(p_staff_id uuid, p_service_id uuid, p_starts_at timestamptz,
  p_ends_at timestamptz = null, p_buffer_minutes int = 15,
  p_exclude_appointment_id uuid = null) stable jsonb;
simulate_prices(p_rules jsonb, p_from date, p_to date) stable jsonb;
utilisation(p_from date, p_to date, p_by text = 'day', p_staff_id uuid = null) stable
  table (bucket text, staff_id uuid, open_minutes int, booked_minutes int, ratio numeric);
validate_appointment_timing(appointment_start timestamptz, appointment_end timestamptz) stable
  table (is_valid boolean, error_message text);
add_time_off(p_staff_id uuid, p_start_date date, p_end_date date = null, p_start_time time = null,
  p_end_time time = null, p_type text = 'vacation', p_is_approved boolean = true) volatile jsonb;
close_resource(p_resource_id uuid, p_start_date date, p_end_date date = null,
  p_start_time time = null, p_end_time time = null, p_reason text = null) volatile jsonb;
create_booking(p_idempotency_key text, p_customer_id uuid, p_service_id uuid,
  p_starts_at timestamptz, p_staff_id uuid = null, p_notes text = null,
  p_expected_price numeric = null, p_override_reason text = null, p_hold_id uuid = null,
  p_promotion_code text = null) volatile jsonb;
create_booking_idempotent(p_idempotency_key text, p_customer_id uuid, p_staff_id uuid,
  p_service_id uuid, p_starts_at timestamptz, p_ends_at timestamptz = null,
  p_price numeric = null, p_notes text = null, p_user_id uuid = null) volatile
  table (operation_id uuid, appointment_id uuid, status text, error_message text);
create_holiday(p_name text, p_date date, p_is_recurring boolean = false,
  p_recurring_month int = null, p_recurring_day int = null, p_type text = 'public_holiday',
  p_description text = null, p_affects_all_staff boolean = true, p_staff_ids uuid[] = null,
  p_end_date date = null) volatile jsonb;
delete_holiday(p_holiday_id uuid) volatile jsonb;
delete_price_rule(p_price_rule_id uuid) volatile jsonb;
delete_salon() volatile jsonb;
maintain() volatile jsonb;
merge_customers(p_keep_id uuid, p_merge_id uuid) volatile jsonb;
unmerge_customer(p_merge_id uuid) volatile jsonb;
purge_operations(p_older_than_days int = 30, p_is_dry_run boolean = false) volatile jsonb;
register_customer(p_full_name text, p_email text, p_phone text = null) volatile jsonb;
remove_time_off(p_time_off_id uuid) volatile jsonb;
reopen_resource(p_closure_id uuid) volatile jsonb;
save_customer(p_full_name text, p_email text = null, p_phone text = null,
  p_profile_id uuid = null, p_notes text = null, p_id uuid = null, p_clear text[] = null)
  volatile jsonb;
save_price_rule(p_name text, p_kind text, p_conditions jsonb, p_adjustment jsonb,
  p_priority int = null, p_valid_from date = null, p_valid_until date = null,
  p_is_active boolean = null, p_id uuid = null, p_clear text[] = null) volatile jsonb;
save_profile(p_profile_id uuid, p_role text = null, p_full_name text = null, p_email text = null,
  p_is_active boolean = null) volatile jsonb;
save_resource(p_name text, p_kind text = null, p_pool text = null, p_is_active boolean = null,
  p_id uuid = null, p_clear text[] = null) volatile jsonb;
save_salon(p_name text, p_time_zone text, p_currency text = null, p_id uuid = null,
  p_clear text[] = null) volatile jsonb;
save_service(p_name text, p_duration_minutes int, p_base_price numeric, p_category text = null,
  p_buffer_before_minutes int = null, p_buffer_after_minutes int = null,
  p_is_active boolean = null, p_min_price numeric = null, p_max_price numeric = null,
  p_id uuid = null, p_clear text[] = null) volatile jsonb;
save_staff(p_full_name text, p_email text = null, p_phone text = null, p_profile_id uuid = null,
  p_is_active boolean = null, p_id uuid = null, p_clear text[] = null) volatile jsonb;
set_business_settings(p_settings jsonb) volatile jsonb;
set_policy(p_policy_key text, p_policy_value jsonb, p_is_active boolean = true) volatile jsonb;
set_service_resources(p_service_id uuid, p_needs jsonb) volatile jsonb;
set_service_steps(p_service_id uuid, p_steps jsonb) volatile jsonb;
set_special_hours(p_date date, p_windows jsonb) volatile jsonb;
set_staff_availability(p_staff_id uuid, p_windows jsonb) volatile jsonb;
set_staff_services(p_staff_id uuid, p_services jsonb) volatile jsonb;
update_holiday(p_holiday_id uuid, p_changes jsonb) volatile jsonb;
acknowledge_events(p_consumer text, p_event_id uuid) volatile jsonb;
claim_delivery(p_targets text[]) volatile jsonb;
count_deliveries() stable table (target text, status text, deliveries bigint,
  oldest_at timestamptz);
dispatch_events(p_consumer text, p_targets jsonb, p_limit int = 500) volatile jsonb;
emit_reminders() volatile jsonb;
end_delivery(p_delivery_id uuid, p_outcome text, p_detail text = null,
  p_max_attempts int = 10) volatile jsonb;
forget_consumer(p_consumer text) volatile jsonb;
get_contact_preferences(p_customer_id uuid = null) stable jsonb;
list_deliveries(p_status text = null, p_limit int = 100) stable table (id uuid, event_id uuid,
  event_type text, subject_id uuid, target text, channel text, status text, reason text,
  attempts int, next_attempt_at timestamptz, last_error text, created_at timestamptz);
purge_events(p_older_than_days int = 90, p_is_dry_run boolean = false) volatile jsonb;
read_events(p_consumer text, p_limit int = 100) volatile jsonb;
retry_deliveries(p_delivery_id uuid = null) volatile jsonb;
list_audit(p_from timestamptz, p_to timestamptz, p_table_name text = null, p_row_id uuid = null,
  p_user_id uuid = null, p_limit int = 100) stable table (id uuid, occurred_at timestamptz,
  table_name text, row_key jsonb, action text, user_id uuid, role text, login text,
  is_override boolean, correlation_id text, before jsonb, after jsonb, reason text,
  override_reason text);
export_customer(p_customer_id uuid = null) stable jsonb;
erase_customer(p_customer_id uuid) volatile jsonb;
apply_retention(p_is_dry_run boolean = false) volatile jsonb;
set_contact_preferences(p_customer_id uuid = null, p_language text = null,
  p_consents jsonb = null) volatile jsonb;
$contract$, ';') f
  where btrim(f, E' \n') <> ''
$$;

-- Parameters as they are written by hand.
create function pg_temp.shortened(p_text text)
returns text
language sql
as $$
  select regexp_replace(
    replace(replace(replace(replace(replace(p_text,
      'timestamp with time zone', 'timestamptz'), 'time without time zone', 'time'),
      'integer', 'int'), ' DEFAULT ', ' = '), 'NULL', 'null'),
    '::[a-z]+(\[\])?', '', 'g')
$$;

-- The same of the functions that there are.
create function pg_temp.functions()
returns setof text
language sql
as $$
  select format(
    '%s(%s) %s %s',
    p.proname,
    regexp_replace(pg_temp.shortened(pg_get_function_arguments(p.oid)),
      '(, )?p_salon_id uuid = null$', ''),
    case p.provolatile when 's' then 'stable' when 'v' then 'volatile' end,
    replace(pg_temp.shortened(pg_get_function_result(p.oid)), 'TABLE(', 'table (')
  )
  from pg_proc p
  where p.pronamespace = 'schnittwerk'::regnamespace
$$;

select set_eq(
  'select pg_temp.functions()', 'select pg_temp.contract()',
  'the functions, parameters and results of the API are the contract''s'
);
select is_empty(
  $$
    select proname from pg_proc where pronamespace = 'schnittwerk'::regnamespace
    group by proname having count(*) > 1
  $$,
  'no function of the API is overloaded'
);
select set_eq(
  $$
    select proname from pg_proc
    where pronamespace = 'schnittwerk'::regnamespace
      and pg_get_function_arguments(oid) !~ 'p_salon_id uuid DEFAULT NULL::uuid$'
  $$,
  '{save_salon,list_salons}'::text[],
  'functions of the API take the salon last, but for those about salons'
);
select is_empty(
  $$
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'schnittwerk'::regnamespace
      and (p.prosecdef or p.prosqlbody is null or p.prokind <> 'f')
  $$,
  'functions of the API run with their caller''s rights, as bound SQL'
);
select is_empty(
  $$
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'schnittwerk'::regnamespace
      and p.provolatile = 'v' and p.prorettype <> 'jsonb'::regtype
      and p.proname <> 'create_booking_idempotent'
  $$,
  'writes answer with JSON, but for create_booking_idempotent'
);

create function schnittwerk.find_slots(p_limit int) returns int language sql return 1;
select set_has(
  'select pg_temp.functions()', $$values ('find_slots(p_limit int) volatile int')$$,
  'the lint finds a function outside the contract'
);

select * from finish();
rollback;
