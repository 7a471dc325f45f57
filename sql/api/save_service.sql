create function schnittwerk.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text default null,
  p_buffer_before_minutes int default null,
  p_buffer_after_minutes int default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_service', p_salon_id, schnittwerk_core.save_service(
  p_name, p_duration_minutes, p_base_price, p_category, p_buffer_before_minutes,
  p_buffer_after_minutes, p_is_active, p_id, p_clear, p_salon_id
));

comment on function schnittwerk.save_service(text, int, numeric, text, int, int, boolean, uuid, text[], uuid) is
  'Adds a service, or changes what is given of the one with p_id, and answers {"service"}. p_name: unique in the salon, at most 200 characters; p_duration_minutes 1 to 1440; p_base_price in the salon''s currency, two decimals; p_category: free grouping, at most 200 characters, general for a new one; buffers in minutes, 0 to 1440, an empty one = none before and the salon''s after; inactive services cannot be booked, a new one is active. With p_id null keeps what is there, and p_clear names the parameters to be emptied: p_buffer_before_minutes, p_buffer_after_minutes. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_service from public;
grant execute on function schnittwerk.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
