-- Verify schnittwerk:compat

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.has_gap'::regproc,
  'schnittwerk_core.get_available_slots'::regproc,
  'schnittwerk.rpc_get_available_slots_enhanced'::regproc,
  'schnittwerk.create_booking_idempotent'::regproc,
  'schnittwerk_core.validate_appointment_slot'::regproc,
  'schnittwerk.rpc_validate_appointment_slot'::regproc,
  'schnittwerk_core.is_holiday'::regproc,
  'schnittwerk.is_holiday'::regproc,
  'schnittwerk_core.get_booking_policy'::regproc,
  'schnittwerk.get_booking_policy'::regproc;

rollback;
