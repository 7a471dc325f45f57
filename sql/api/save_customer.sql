create function schnittwerk.save_customer(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_notes text default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_customer', p_salon_id, schnittwerk_core.save_customer(
  p_full_name, p_email, p_phone, p_profile_id, p_notes, p_id, p_clear, p_salon_id
));

comment on function schnittwerk.save_customer(text, text, text, uuid, text, uuid, text[], uuid) is
  'Adds a customer, or changes what is given of the one with p_id, and answers {"customer"}. p_full_name: one line of at most 200 characters; p_email: an e-mail address that no other customer has; p_phone: 5 to 20 digits; p_notes (the salon''s own): at most 2000 characters; p_profile_id: the signed-in user they are, who may then see and book for this customer. With p_id null keeps what is there, and p_clear names the parameters to be emptied: p_email, p_phone, p_profile_id, p_notes. For the salon team. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, already_exists.';

revoke execute on function schnittwerk.save_customer from public;
grant execute on function schnittwerk.save_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
