-- Revert schnittwerk:events from pg

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.purge_events;
drop function schnittwerk_core.count_deliveries;
drop function schnittwerk_core.list_deliveries;
drop function schnittwerk_core.retry_deliveries;
drop function schnittwerk_core.end_delivery;
drop function schnittwerk_core.claim_delivery;
drop function schnittwerk_core.next_delivery;
drop function schnittwerk_core.delivery_json;
drop function schnittwerk_core.customer_message;
drop function schnittwerk_core.dispatch_events;
drop function schnittwerk_core.target_faults;
drop function schnittwerk_core.quiet_until;
drop function schnittwerk_core.message_template;
drop function schnittwerk_core.emit_reminders;
drop table schnittwerk_core.appointment_reminder;
drop trigger event_delivery_touch_updated_at on schnittwerk_core.event_delivery;
drop table schnittwerk_core.event_delivery;
drop function schnittwerk_core.set_contact_preferences;
drop function schnittwerk_core.contact_preferences_faults;
drop function schnittwerk_core.get_contact_preferences;
drop function schnittwerk_core.contact_of;
drop function schnittwerk_core.contact_preferences_json;
drop trigger contact_consent_touch_updated_at on schnittwerk_core.contact_consent;
drop table schnittwerk_core.contact_consent;
drop trigger contact_preference_touch_updated_at on schnittwerk_core.contact_preference;
drop table schnittwerk_core.contact_preference;
drop function schnittwerk_core.forget_consumer;
drop function schnittwerk_core.acknowledge_events;
drop function schnittwerk_core.read_events;
drop function schnittwerk_core.consumer_fault;
drop function schnittwerk_core.pass_event;
drop function schnittwerk_core.next_events;
drop function schnittwerk_core.settled_transactions;
drop trigger event_consumer_touch_updated_at on schnittwerk_core.event_consumer;
drop table schnittwerk_core.event_consumer;
drop trigger booking_policies_emit_events on schnittwerk_core.booking_policies;
drop function schnittwerk_core.emit_policy_events;
drop function schnittwerk_core.emit_holiday_events_now;
drop trigger holidays_emit_events on schnittwerk_core.holidays;
drop function schnittwerk_core.emit_holiday_events;
drop trigger waitlist_offer_emit_events on schnittwerk_core.waitlist_offer;
drop function schnittwerk_core.emit_waitlist_offer_events;
drop trigger waitlist_emit_events on schnittwerk_core.waitlist;
drop function schnittwerk_core.emit_waitlist_events;
drop trigger appointments_emit_events on schnittwerk_core.appointments;
drop function schnittwerk_core.emit_appointment_events;
drop function schnittwerk_core.emit_event;
drop function schnittwerk_core.event_json;
drop table schnittwerk_core.events;

commit;
