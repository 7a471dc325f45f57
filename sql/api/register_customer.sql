create function schnittwerk.register_customer(
  p_full_name text, p_email text, p_phone text default null, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'register_customer', p_salon_id,
  schnittwerk_core.register_customer(
    p_full_name, p_email, p_phone, p_salon_id
  )
);

comment on function schnittwerk.register_customer(text, text, text, uuid) is
  'Makes the signed-in caller a customer of the salon, or changes their own name, e-mail and telephone (p_phone null keeps it), and answers {"customer"}. p_full_name: one line of at most 200 characters; p_email: an e-mail address, which another customer may have too: the salon team sees both; p_phone: 5 to 20 digits. For everyone signed in. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

revoke execute on function schnittwerk.register_customer from public;
grant execute on function schnittwerk.register_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
