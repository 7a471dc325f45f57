-- Verify schnittwerk:api on pg

begin;

select
  'schnittwerk.find_slots'::regproc,
  'schnittwerk.explain_slot'::regproc,
  'schnittwerk.validate_appointment_timing'::regproc,
  'schnittwerk.create_booking'::regproc,
  'schnittwerk.get_operation'::regproc,
  'schnittwerk.save_salon'::regproc,
  'schnittwerk.list_salons'::regproc,
  'schnittwerk.save_profile'::regproc,
  'schnittwerk.save_service'::regproc,
  'schnittwerk.list_services'::regproc,
  'schnittwerk.save_staff'::regproc,
  'schnittwerk.list_staff'::regproc,
  'schnittwerk.set_staff_services'::regproc,
  'schnittwerk.set_staff_availability'::regproc,
  'schnittwerk.get_staff_availability'::regproc,
  'schnittwerk.save_customer'::regproc,
  'schnittwerk.register_customer'::regproc,
  'schnittwerk.list_customers'::regproc,
  'schnittwerk.set_policy'::regproc,
  'schnittwerk.list_policies'::regproc,
  'schnittwerk.create_holiday'::regproc,
  'schnittwerk.update_holiday'::regproc,
  'schnittwerk.delete_holiday'::regproc,
  'schnittwerk.list_holidays'::regproc,
  'schnittwerk.set_business_settings'::regproc,
  'schnittwerk.get_business_settings'::regproc,
  'schnittwerk.add_time_off'::regproc,
  'schnittwerk.remove_time_off'::regproc,
  'schnittwerk.list_time_off'::regproc,
  'schnittwerk.set_special_hours'::regproc,
  'schnittwerk.list_special_hours'::regproc,
  'schnittwerk.list_appointments'::regproc;

rollback;
