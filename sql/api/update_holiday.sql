create function schnittwerk.update_holiday(
  p_holiday_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('update_holiday', p_salon_id, schnittwerk_core.update_holiday(
  p_holiday_id, p_changes, p_salon_id
));

comment on function schnittwerk.update_holiday(uuid, jsonb, uuid) is
  'Changes a holiday and answers {"holiday", "affected_appointments"}. p_changes: an object with any of name, date, end_date, type, description, is_recurring, recurring_month, recurring_day, affects_all_staff, staff_ids; absent = kept, null = cleared. A new date takes month and day of a recurring one along unless they are given; affects_all_staff true drops the staff. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.update_holiday from public;
grant execute on function schnittwerk.update_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
