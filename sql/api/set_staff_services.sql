create function schnittwerk.set_staff_services(
  p_staff_id uuid, p_services jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'set_staff_services', p_salon_id,
  schnittwerk_core.set_staff_services(
    p_staff_id, p_services, p_salon_id
  )
);

comment on function schnittwerk.set_staff_services(uuid, jsonb, uuid) is
  'Replaces what a member of staff performs and answers {"staff_services"}. p_services: [{"service_id", "custom_price"?, "estimated_duration_minutes"?}], price in the salon''s currency, 1 to 1440 minutes, absent or null = the service''s; [] = nothing. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_staff_services from public;
grant execute on function schnittwerk.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
