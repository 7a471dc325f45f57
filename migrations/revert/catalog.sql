-- Revert schnittwerk:catalog

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.require_service_and_staff;
drop function schnittwerk_core.require_customer;
drop function schnittwerk_core.hold_customer;
drop function schnittwerk_core.merge_changes;
drop type schnittwerk_core.merge_change;
drop function schnittwerk_core.ids_of_customer;
drop function schnittwerk_core.current_customer;
drop table schnittwerk_core.customer_merge;
drop function schnittwerk_core.may_know_customer;
drop function schnittwerk_core.own_customer;
drop function schnittwerk_core.customer_json;
drop function schnittwerk_core.salon_json;
drop function schnittwerk_core.for_own_staff;
drop function schnittwerk_core.require_profile;
drop function schnittwerk_core.require_staff;
drop function schnittwerk_core.unit_closure_json;
drop function schnittwerk_core.unit_json;
drop function schnittwerk_core.service_price_faults;
drop function schnittwerk_core.service_misfits;
drop function schnittwerk_core.service_json;
drop function schnittwerk_core.need_faults;
drop function schnittwerk_core.json_needs;
drop function schnittwerk_core.json_steps;
drop function schnittwerk_core.step_faults;
drop function schnittwerk_core.staff_needs;
drop function schnittwerk_core.staff_steps;
drop function schnittwerk_core.stretched_needs;
drop function schnittwerk_core.stretched_steps;
drop table schnittwerk_core.staff_services;
drop table schnittwerk_core.services;
drop function schnittwerk_core.needs_are_possible;
drop type schnittwerk_core.need;
drop function schnittwerk_core.least_minutes;
drop function schnittwerk_core.steps_begin_and_end_with_staff;
drop function schnittwerk_core.total_minutes;
drop type schnittwerk_core.step;
drop trigger unit_is_a_resource on schnittwerk_core.unit;
drop trigger staff_are_resources on schnittwerk_core.staff;
drop function schnittwerk_core.add_resource cascade;
drop table schnittwerk_core.unit_closure;
drop table schnittwerk_core.unit;
drop table schnittwerk_core.staff;
drop table schnittwerk_core.resource;
drop table schnittwerk_core.customers;

commit;
