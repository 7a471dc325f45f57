-- Verify schnittwerk:catalog

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.customers'::regclass,
  'schnittwerk_core.resource'::regclass,
  'schnittwerk_core.staff'::regclass,
  'schnittwerk_core.unit'::regclass,
  'schnittwerk_core.unit_closure'::regclass,
  'schnittwerk_core.add_resource'::regproc,
  'schnittwerk_core.step'::regtype,
  'schnittwerk_core.total_minutes'::regproc,
  'schnittwerk_core.steps_begin_and_end_with_staff'::regproc,
  'schnittwerk_core.least_minutes'::regproc,
  'schnittwerk_core.need'::regtype,
  'schnittwerk_core.needs_are_possible'::regproc,
  'schnittwerk_core.services'::regclass,
  'schnittwerk_core.staff_services'::regclass,
  'schnittwerk_core.stretched_steps'::regproc,
  'schnittwerk_core.stretched_needs'::regproc,
  'schnittwerk_core.staff_steps'::regproc,
  'schnittwerk_core.staff_needs'::regproc,
  'schnittwerk_core.step_faults'::regproc,
  'schnittwerk_core.json_steps'::regproc,
  'schnittwerk_core.json_needs'::regproc,
  'schnittwerk_core.need_faults'::regproc,
  'schnittwerk_core.service_json'::regproc,
  'schnittwerk_core.service_misfits'::regproc,
  'schnittwerk_core.service_price_faults'::regproc,
  'schnittwerk_core.unit_json'::regproc,
  'schnittwerk_core.unit_closure_json'::regproc,
  'schnittwerk_core.require_staff'::regproc,
  'schnittwerk_core.require_profile'::regproc,
  'schnittwerk_core.for_own_staff'::regproc,
  'schnittwerk_core.salon_json'::regproc,
  'schnittwerk_core.customer_json'::regproc,
  'schnittwerk_core.own_customer'::regproc,
  'schnittwerk_core.may_know_customer'::regproc,
  'schnittwerk_core.customer_merge'::regclass,
  'schnittwerk_core.current_customer'::regproc,
  'schnittwerk_core.ids_of_customer'::regproc,
  'schnittwerk_core.merge_change'::regtype,
  'schnittwerk_core.merge_changes'::regproc,
  'schnittwerk_core.hold_customer'::regproc,
  'schnittwerk_core.require_customer'::regproc,
  'schnittwerk_core.require_service_and_staff'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.staff'::regclass and o.tgname = 'staff_are_resources';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.unit'::regclass and o.tgname = 'unit_is_a_resource';

rollback;
