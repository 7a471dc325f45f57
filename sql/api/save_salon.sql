create function schnittwerk.save_salon(
  p_name text,
  p_time_zone text,
  p_currency text default null,
  p_id uuid default null,
  p_clear text[] default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_salon', p_id, schnittwerk_core.save_salon(
  p_name, p_time_zone, p_currency, p_id, p_clear
));

comment on function schnittwerk.save_salon(text, text, text, uuid, text[]) is
  'Adds a salon (the service only), or changes what is given of the one with p_id (its admins too), and answers {"salon", "affected_appointments"}. p_name: unique, at most 200 characters; p_time_zone: an IANA name such as Europe/Zurich, whose local time all hours and dates are; p_currency: an ISO 4217 code, CHF for a new one. With p_id null keeps what is there; nothing of a salon can be emptied, so p_clear may name nothing. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. Refusals: not_authenticated, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_salon from public;
grant execute on function schnittwerk.save_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
