create function schnittwerk.is_holiday(check_date date, p_salon_id uuid default null)
returns boolean
language sql
stable
return schnittwerk_core.is_holiday(check_date, p_salon_id);

comment on function schnittwerk.is_holiday(date, uuid) is
  'The original system''s check: whether the whole salon is closed on a local date by a holiday, recurring ones included. Raises invalid_input, salon_required, not_found.';

revoke execute on function schnittwerk.is_holiday from public;
grant execute on function schnittwerk.is_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
