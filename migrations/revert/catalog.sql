-- Revert schnittwerk:catalog

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.require_service_and_staff;
drop function schnittwerk_core.require_customer;
drop function schnittwerk_core.unknown_thing;
drop function schnittwerk_core.hold_customer;
drop function schnittwerk_core.may_know_customer;
drop function schnittwerk_core.customer_json;
drop function schnittwerk_core.salon_json;
drop function schnittwerk_core.for_own_staff;
drop function schnittwerk_core.require_profile;
drop function schnittwerk_core.require_staff;
drop table schnittwerk_core.staff_services;
drop table schnittwerk_core.services;
drop trigger staff_are_resources on schnittwerk_core.staff;
drop function schnittwerk_core.staff_are_resources cascade;
drop table schnittwerk_core.staff;
drop table schnittwerk_core.resource;
drop table schnittwerk_core.customers;

commit;
