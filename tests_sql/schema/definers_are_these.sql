-- What runs with the owner's rights, and so is to be read with care: the engine behind each
-- function of the API, and what looks at who is calling.
begin;
select plan(2);

create function pg_temp.definers()
returns setof text
language sql
as $$
  select format('%s.%s', n.nspname, p.proname)
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('schnittwerk', 'schnittwerk_core') and p.prosecdef
$$;

select bag_eq(
  'select pg_temp.definers()',
  $$
    select 'schnittwerk_core.' || name
    from unnest('{
      accept_waitlist_offer, acknowledge_events, add_time_off, appointment_policies,
      keep_weeks_of_salon, keep_weeks_of_staff,
      apply_retention, erase_customer, export_customer, list_audit,
      booking_metrics, cancel_booking, cancel_visit, change_status, claim_delivery, close_resource, count_deliveries, create_booking, create_holiday, create_visit, decline_waitlist_offer, delete_holiday, delete_price_rule, delete_salon,
      dispatch_events, emit_reminders, end_delivery, enter, explain_price, explain_slot,
      find_ids, find_slots, find_visits, forget_consumer, get_appointment, get_available_slots, get_booking_policy,
      get_business_settings, get_contact_preferences, get_operation, get_staff_availability,
      get_staff_services, get_visit, hold_slot,
      identify, identify_caller, is_holiday, join_waitlist, leave_waitlist, list_affected_appointments,
      list_appointments, list_customers, list_day,
      list_deliveries, list_holidays, list_policies, list_price_rules, list_profiles, list_resources, list_salons, list_services, list_special_hours,
      list_staff, list_time_off, list_waitlist, maintain, merge_customers, process_waitlist,
      purge_events, purge_operations, read_events, recommend_slots, register_customer, release_hold, remove_time_off,
      reopen_resource, reschedule_booking, reschedule_visit, retry_deliveries, save_customer, save_price_rule, save_profile, save_resource, save_salon, save_service, save_staff, set_business_settings, set_contact_preferences, set_policy, set_service_resources, set_service_steps, set_special_hours,
      set_staff_availability, set_staff_services, simulate_prices, unmerge_customer, update_holiday, update_waitlist_entry, utilisation,
      validate_appointment_slot, validate_appointment_timing, waive_fee
    }'::text[]) name
  $$,
  'only the listed functions are security definers'
);

create function schnittwerk_core.identify(int) returns int language sql security definer return 1;
select results_eq(
  'select d from pg_temp.definers() d group by d having count(*) > 1',
  array['schnittwerk_core.identify'], 'the lint finds another security definer of the same name'
);

select * from finish();
rollback;
