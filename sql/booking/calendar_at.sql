create function schnittwerk_core.calendar_at(p_salon_id uuid, p_starts_at timestamptz)
returns schnittwerk_core.salon_calendar
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_date constant date := (
    select (p_starts_at at time zone s.time_zone)::date
    from schnittwerk_core.salon s
    where s.id = p_salon_id
  );
begin
  return schnittwerk_core.salon_calendar(p_salon_id, v_date, v_date);
end
$$;

comment on function schnittwerk_core.calendar_at(uuid, timestamptz) is
  'A salon''s calendar of the week of one start.';

revoke execute on function schnittwerk_core.calendar_at from public;
