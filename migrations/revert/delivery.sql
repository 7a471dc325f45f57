-- Revert schnittwerk:delivery

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.delete_events;
drop function schnittwerk_core.few_until;
drop function schnittwerk_core.let_go;
drop function schnittwerk_core.target_faults;
drop function schnittwerk_core.contact_preferences_faults;
drop function schnittwerk_core.consumer_fault;
drop function schnittwerk_core.next_delivery;
drop function schnittwerk_core.delivery_json;
drop function schnittwerk_core.customer_message;
drop function schnittwerk_core.visit_message;
drop function schnittwerk_core.quiet_until;
drop function schnittwerk_core.message_template;
drop table schnittwerk_core.appointment_reminder;
drop trigger event_delivery_touch_updated_at on schnittwerk_core.event_delivery;
drop table schnittwerk_core.event_delivery;
drop function schnittwerk_core.take_contact_back;
drop function schnittwerk_core.give_contact;
drop function schnittwerk_core.contact_of;
drop function schnittwerk_core.contact_preferences_json;
drop trigger contact_consent_touch_updated_at on schnittwerk_core.contact_consent;
drop table schnittwerk_core.contact_consent;
drop trigger contact_preference_touch_updated_at on schnittwerk_core.contact_preference;
drop table schnittwerk_core.contact_preference;
drop function schnittwerk_core.pass_event;
drop function schnittwerk_core.next_events;
drop function schnittwerk_core.is_passed;
drop function schnittwerk_core.is_settled;
drop function schnittwerk_core.settled_transactions;
drop trigger event_consumer_touch_updated_at on schnittwerk_core.event_consumer;
drop table schnittwerk_core.event_consumer;

commit;
