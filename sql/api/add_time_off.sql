create function schnittwerk.add_time_off(
  p_staff_id uuid,
  p_start_date date,
  p_end_date date default null,
  p_start_time time default null,
  p_end_time time default null,
  p_type text default 'vacation',
  p_is_approved boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('add_time_off', p_salon_id, schnittwerk_core.add_time_off(
  p_staff_id, p_start_date, p_end_date, p_start_time, p_end_time, p_type, p_is_approved,
  p_salon_id
));

comment on function schnittwerk.add_time_off(uuid, date, date, time, time, text, boolean, uuid) is
  'Takes a member of staff out of the book in one stretch and answers {"time_off", "affected_appointments"}. Local dates, p_end_date null = p_start_date, both included; p_start_time on the first and p_end_time on the last date, null = whole days; p_type: free text, at most 50 characters. Only approved time off blocks. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins, and staff for themselves: theirs is a request, never approved. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.add_time_off from public;
grant execute on function schnittwerk.add_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
