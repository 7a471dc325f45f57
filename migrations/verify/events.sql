-- Verify schnittwerk:events on pg

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.events'::regclass,
  'schnittwerk_core.events_default'::regclass,
  'schnittwerk_core.events_number_seq'::regclass,
  'schnittwerk_core.event_json'::regproc,
  'schnittwerk_core.emit_event'::regproc,
  'schnittwerk_core.emit_appointment_events'::regproc,
  'schnittwerk_core.emit_waitlist_events'::regproc,
  'schnittwerk_core.emit_waitlist_offer_events'::regproc,
  'schnittwerk_core.emit_holiday_events_now'::regproc,
  'schnittwerk_core.emit_holiday_events'::regproc,
  'schnittwerk_core.emit_policy_events'::regproc,
  'schnittwerk_core.event_consumer'::regclass,
  'schnittwerk_core.settled_transactions'::regproc,
  'schnittwerk_core.next_events'::regproc,
  'schnittwerk_core.pass_event'::regproc,
  'schnittwerk_core.consumer_fault'::regproc,
  'schnittwerk_core.read_events'::regproc,
  'schnittwerk_core.acknowledge_events'::regproc,
  'schnittwerk_core.forget_consumer'::regproc,
  'schnittwerk_core.contact_preference'::regclass,
  'schnittwerk_core.contact_consent'::regclass,
  'schnittwerk_core.contact_preferences_json'::regproc,
  'schnittwerk_core.contact_of'::regproc,
  'schnittwerk_core.get_contact_preferences'::regproc,
  'schnittwerk_core.contact_preferences_faults'::regproc,
  'schnittwerk_core.set_contact_preferences'::regproc,
  'schnittwerk_core.event_delivery'::regclass,
  'schnittwerk_core.event_delivery_default'::regclass,
  'schnittwerk_core.appointment_reminder'::regclass,
  'schnittwerk_core.emit_reminders'::regproc,
  'schnittwerk_core.message_template'::regproc,
  'schnittwerk_core.quiet_until'::regproc,
  'schnittwerk_core.target_faults'::regproc,
  'schnittwerk_core.dispatch_events'::regproc,
  'schnittwerk_core.customer_message'::regproc,
  'schnittwerk_core.delivery_json'::regproc,
  'schnittwerk_core.next_delivery'::regproc,
  'schnittwerk_core.claim_delivery'::regproc,
  'schnittwerk_core.end_delivery'::regproc,
  'schnittwerk_core.retry_deliveries'::regproc,
  'schnittwerk_core.list_deliveries'::regproc,
  'schnittwerk_core.count_deliveries'::regproc,
  'schnittwerk_core.purge_events'::regproc;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_emit_events'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'waitlist_emit_events'
  and tgrelid = 'schnittwerk_core.waitlist'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'waitlist_offer_emit_events'
  and tgrelid = 'schnittwerk_core.waitlist_offer'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'holidays_emit_events'
  and tgrelid = 'schnittwerk_core.holidays'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'booking_policies_emit_events'
  and tgrelid = 'schnittwerk_core.booking_policies'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'event_consumer_touch_updated_at'
  and tgrelid = 'schnittwerk_core.event_consumer'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'contact_preference_touch_updated_at'
  and tgrelid = 'schnittwerk_core.contact_preference'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'contact_consent_touch_updated_at'
  and tgrelid = 'schnittwerk_core.contact_consent'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'event_delivery_touch_updated_at'
  and tgrelid = 'schnittwerk_core.event_delivery'::regclass;

rollback;
