create function schnittwerk_core.keep_open_time(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offsets constant schnittwerk_core.zone_offset[] := schnittwerk_core.keep_zone(p_salon_id);
  v_change schnittwerk_core.open_time_change;
begin
  if v_offsets is not null then
    v_change := schnittwerk_core.begin_open_time_change(p_salon_id, null, v_offsets);
    update schnittwerk_core.salon_state z
    set calendar_version = z.calendar_version + 1
    where z.salon_id = p_salon_id;
  end if;
  -- The booking horizon moves every day.
  perform schnittwerk_core.keep_weeks(p_salon_id);
  return schnittwerk_core.end_open_time_change(v_change);
end
$$;

comment on function schnittwerk_core.keep_open_time(uuid) is
  'Computes the weeks of a salon''s calendar that have come within the horizon, and all weeks if the server''s rules for its time zone have changed. Returns {"affected_appointments": […]}: those that a change of the rules has moved out of open time.';

revoke execute on function schnittwerk_core.keep_open_time from public;
