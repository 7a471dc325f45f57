create function schnittwerk.save_staff(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_staff', p_salon_id, schnittwerk_core.save_staff(
  p_full_name, p_email, p_phone, p_profile_id, p_is_active, p_id, p_clear, p_salon_id
));

comment on function schnittwerk.save_staff(text, text, text, uuid, boolean, uuid, text[], uuid) is
  'Adds a member of staff, or changes what is given of the one with p_id, and answers {"staff", "affected_appointments"}. p_full_name: one line of at most 200 characters; p_email: an e-mail address; p_phone: 5 to 20 digits; p_profile_id: the signed-in user they are; inactive staff cannot be booked, new ones are active. With p_id null keeps what is there, and p_clear names the parameters to be emptied: p_email, p_phone, p_profile_id. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_staff from public;
grant execute on function schnittwerk.save_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
