create function schnittwerk.delete_holiday(p_holiday_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('delete_holiday', p_salon_id, schnittwerk_core.delete_holiday(
  p_holiday_id, p_salon_id
));

comment on function schnittwerk.delete_holiday(uuid, uuid) is
  'Removes a holiday and answers {"holiday"}, as it was. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.delete_holiday from public;
grant execute on function schnittwerk.delete_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
