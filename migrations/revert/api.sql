-- Revert schnittwerk:api from pg

begin;

drop function schnittwerk.list_appointments;
drop function schnittwerk.list_special_hours;
drop function schnittwerk.set_special_hours;
drop function schnittwerk.list_time_off;
drop function schnittwerk.remove_time_off;
drop function schnittwerk.add_time_off;
drop function schnittwerk.get_business_settings;
drop function schnittwerk.set_business_settings;
drop function schnittwerk.list_holidays;
drop function schnittwerk.delete_holiday;
drop function schnittwerk.update_holiday;
drop function schnittwerk.create_holiday;
drop function schnittwerk.list_policies;
drop function schnittwerk.set_policy;
drop function schnittwerk.list_customers;
drop function schnittwerk.register_customer;
drop function schnittwerk.save_customer;
drop function schnittwerk.get_staff_availability;
drop function schnittwerk.set_staff_availability;
drop function schnittwerk.set_staff_services;
drop function schnittwerk.list_staff;
drop function schnittwerk.save_staff;
drop function schnittwerk.list_services;
drop function schnittwerk.save_service;
drop function schnittwerk.save_profile;
drop function schnittwerk.list_salons;
drop function schnittwerk.save_salon;
drop function schnittwerk.get_operation;
drop function schnittwerk.create_booking;
drop function schnittwerk.validate_appointment_timing;
drop function schnittwerk.explain_slot;
drop function schnittwerk.find_slots;

commit;
