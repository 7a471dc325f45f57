create function schnittwerk.save_profile(
  p_profile_id uuid,
  p_role text default null,
  p_full_name text default null,
  p_email text default null,
  p_is_active boolean default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_profile', p_salon_id, schnittwerk_core.save_profile(
  p_profile_id, p_role, p_full_name, p_email, p_is_active, p_salon_id
));

comment on function schnittwerk.save_profile(uuid, text, text, text, boolean, uuid) is
  'Gives a signed-in user (p_profile_id = "sub" of their claims) a role in the salon, admin, receptionist, staff or customer, and answers {"profile"}; of a profile that is there it changes what is given: null keeps. A new one needs p_role and is active. p_full_name: one line of at most 200 characters; p_email: an e-mail address; p_is_active false takes all rights. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

revoke execute on function schnittwerk.save_profile from public;
grant execute on function schnittwerk.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
