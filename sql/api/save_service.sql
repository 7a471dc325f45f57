create function schnittwerk.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text default 'general',
  p_buffer_before_minutes int default null,
  p_buffer_after_minutes int default null,
  p_is_active boolean default true,
  p_id uuid default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('save_service', p_salon_id, schnittwerk_core.save_service(
  p_name, p_duration_minutes, p_base_price, p_category, p_buffer_before_minutes,
  p_buffer_after_minutes, p_is_active, p_id, p_salon_id
));

comment on function schnittwerk.save_service(text, int, numeric, text, int, int, boolean, uuid, uuid) is
  'Adds a service, or replaces the one with p_id, and answers {"service"}. p_name: unique in the salon; p_duration_minutes 1 to 1440; p_base_price in the salon''s currency, two decimals; p_category: free grouping; buffers in minutes, 0 to 1440, null = none before and the salon''s after; inactive services cannot be booked. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_service from public;
grant execute on function schnittwerk.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
