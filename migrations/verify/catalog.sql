-- Verify schnittwerk:catalog on pg

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.customers'::regclass,
  'schnittwerk_core.resource'::regclass,
  'schnittwerk_core.staff'::regclass,
  'schnittwerk_core.staff_are_resources'::regproc,
  'schnittwerk_core.services'::regclass,
  'schnittwerk_core.staff_services'::regclass,
  'schnittwerk_core.require_staff'::regproc,
  'schnittwerk_core.require_profile'::regproc,
  'schnittwerk_core.enter_for_staff'::regproc,
  'schnittwerk_core.salon_json'::regproc,
  'schnittwerk_core.save_salon'::regproc,
  'schnittwerk_core.list_salons'::regproc,
  'schnittwerk_core.save_profile'::regproc,
  'schnittwerk_core.save_service'::regproc,
  'schnittwerk_core.list_services'::regproc,
  'schnittwerk_core.save_staff'::regproc,
  'schnittwerk_core.list_staff'::regproc,
  'schnittwerk_core.set_staff_services'::regproc,
  'schnittwerk_core.get_staff_services'::regproc,
  'schnittwerk_core.customer_json'::regproc,
  'schnittwerk_core.save_customer'::regproc,
  'schnittwerk_core.register_customer'::regproc,
  'schnittwerk_core.list_customers'::regproc,
  'schnittwerk_core.hold_customer'::regproc,
  'schnittwerk_core.may_know_customer'::regproc,
  'schnittwerk_core.unknown_thing'::regproc,
  'schnittwerk_core.policies'::regproc,
  'schnittwerk_core.list_policies'::regproc,
  'schnittwerk_core.set_policy'::regproc,
  'schnittwerk_core.get_booking_policy'::regproc;

select 1 / count(*) from pg_trigger
where tgname = 'staff_are_resources'
  and tgrelid = 'schnittwerk_core.staff'::regclass;

rollback;
