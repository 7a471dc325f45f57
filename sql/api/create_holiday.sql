create function schnittwerk.create_holiday(
  p_name text,
  p_date date,
  p_is_recurring boolean default false,
  p_recurring_month int default null,
  p_recurring_day int default null,
  p_type text default 'public_holiday',
  p_description text default null,
  p_affects_all_staff boolean default true,
  p_staff_ids uuid[] default null,
  p_end_date date default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('create_holiday', p_salon_id, schnittwerk_core.create_holiday(
  p_name, p_date, p_is_recurring, p_recurring_month, p_recurring_day, p_type, p_description,
  p_affects_all_staff, p_staff_ids, p_end_date, p_salon_id
));

comment on function schnittwerk.create_holiday(text, date, boolean, int, int, text, text, boolean, uuid[], date, uuid) is
  'Closes a local date, or all from p_date to p_end_date (less than 366 days), and answers {"holiday", "affected_appointments"}. p_is_recurring: every year on p_recurring_month and p_recurring_day, null = those of p_date, others move both dates (29 February is observed on the 28th in other years; several days keep their first and last date, not their length); p_type: public_holiday, blackout_date or maintenance; p_affects_all_staff false closes only for p_staff_ids, at most 1000. p_name at most 200, p_description 2000 characters. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.create_holiday from public;
grant execute on function schnittwerk.create_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
