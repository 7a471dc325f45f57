-- Verify schnittwerk:delivery

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.event_consumer'::regclass,
  'schnittwerk_core.settled_transactions'::regproc,
  'schnittwerk_core.is_settled'::regproc,
  'schnittwerk_core.is_passed'::regproc,
  'schnittwerk_core.next_events'::regproc,
  'schnittwerk_core.pass_event'::regproc,
  'schnittwerk_core.contact_preference'::regclass,
  'schnittwerk_core.contact_consent'::regclass,
  'schnittwerk_core.contact_preferences_json'::regproc,
  'schnittwerk_core.contact_of'::regproc,
  'schnittwerk_core.give_contact'::regproc,
  'schnittwerk_core.take_contact_back'::regproc,
  'schnittwerk_core.event_delivery'::regclass,
  'schnittwerk_core.appointment_reminder'::regclass,
  'schnittwerk_core.message_template'::regproc,
  'schnittwerk_core.quiet_until'::regproc,
  'schnittwerk_core.visit_message'::regproc,
  'schnittwerk_core.customer_message'::regproc,
  'schnittwerk_core.delivery_json'::regproc,
  'schnittwerk_core.next_delivery'::regproc,
  'schnittwerk_core.consumer_fault'::regproc,
  'schnittwerk_core.contact_preferences_faults'::regproc,
  'schnittwerk_core.target_faults'::regproc,
  'schnittwerk_core.let_go'::regproc,
  'schnittwerk_core.few_until'::regproc,
  'schnittwerk_core.delete_events'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.event_consumer'::regclass and o.tgname = 'event_consumer_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.contact_preference'::regclass and o.tgname = 'contact_preference_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.contact_consent'::regclass and o.tgname = 'contact_consent_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.event_delivery'::regclass and o.tgname = 'event_delivery_touch_updated_at';

rollback;
