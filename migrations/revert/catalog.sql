-- Revert schnittwerk:catalog from pg

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.get_booking_policy;
drop function schnittwerk_core.set_policy;
drop function schnittwerk_core.list_policies;
drop function schnittwerk_core.policies;
drop function schnittwerk_core.unknown_thing;
drop function schnittwerk_core.hold_customer;
drop function schnittwerk_core.may_know_customer;
drop function schnittwerk_core.list_customers;
drop function schnittwerk_core.register_customer;
drop function schnittwerk_core.save_customer;
drop function schnittwerk_core.customer_json;
drop function schnittwerk_core.get_staff_services;
drop function schnittwerk_core.set_staff_services;
drop function schnittwerk_core.list_staff;
drop function schnittwerk_core.save_staff;
drop function schnittwerk_core.list_services;
drop function schnittwerk_core.save_service;
drop function schnittwerk_core.save_profile;
drop function schnittwerk_core.list_salons;
drop function schnittwerk_core.save_salon;
drop function schnittwerk_core.salon_json;
drop function schnittwerk_core.enter_for_staff;
drop function schnittwerk_core.require_profile;
drop function schnittwerk_core.require_staff;
drop table schnittwerk_core.staff_services;
drop table schnittwerk_core.services;
drop trigger staff_are_resources on schnittwerk_core.staff;
drop function schnittwerk_core.staff_are_resources;
drop table schnittwerk_core.staff;
drop table schnittwerk_core.resource;
drop table schnittwerk_core.customers;

commit;
