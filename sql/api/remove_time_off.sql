create function schnittwerk.remove_time_off(p_time_off_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('remove_time_off', p_salon_id, schnittwerk_core.remove_time_off(
  p_time_off_id, p_salon_id
));

comment on function schnittwerk.remove_time_off(uuid, uuid) is
  'Removes time off and answers {"time_off"}, as it was. For admins, and staff for their own. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.remove_time_off from public;
grant execute on function schnittwerk.remove_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
