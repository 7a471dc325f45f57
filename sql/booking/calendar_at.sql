create function schnittwerk_core.calendar_at(p_salon_id uuid, p_starts_at timestamptz)
returns schnittwerk_core.salon_calendar
language sql
stable
return schnittwerk_core.week_calendar(p_salon_id, null, p_starts_at);

comment on function schnittwerk_core.calendar_at(uuid, timestamptz) is
  'A salon''s calendar of the week of one start.';

revoke execute on function schnittwerk_core.calendar_at from public;
