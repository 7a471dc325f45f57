create function schnittwerk_core.calendar_at(p_salon_id uuid, p_starts_at timestamptz)
returns schnittwerk_core.salon_calendar
language sql
stable
-- No zone is further from UTC than a day, so these dates hold the local one.
return schnittwerk_core.salon_calendar(
  p_salon_id,
  (p_starts_at at time zone 'UTC')::date - 1,
  (p_starts_at at time zone 'UTC')::date + 1
);

comment on function schnittwerk_core.calendar_at(uuid, timestamptz) is
  'A salon''s calendar around one start.';

revoke execute on function schnittwerk_core.calendar_at from public;
