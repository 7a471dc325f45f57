create function schnittwerk_core.keep_open_time(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_changed constant tstzmultirange := schnittwerk_core.keep_zone(p_salon_id);
  v_stranded text[];
begin
  if not isempty(v_changed) then
    -- What lies outside open time by the new rules did so by the old ones too, unless local clocks
    -- showed something else then.
    v_stranded := array(
      select s.stranded
      from unnest(schnittwerk_core.lock_open_time(p_salon_id)) s (stranded)
      join schnittwerk_core.appointments a
        on a.salon_id = p_salon_id and a.id = split_part(s.stranded, ' ', 1)::uuid
      where not v_changed && tstzrange(a.starts_at, a.ends_at)
    );
    update schnittwerk_core.salon_state z
    set calendar_version = z.calendar_version + 1
    where z.salon_id = p_salon_id;
    return schnittwerk_core.affected_appointments(p_salon_id, null, v_stranded);
  end if;
  -- what can be booked reaches a day further every day
  perform schnittwerk_core.keep_weeks(p_salon_id);
  return jsonb '{"affected_appointments": []}';
end
$$;

comment on function schnittwerk_core.keep_open_time(uuid) is
  'Keeps the weeks of a salon''s calendar in step with time and with the server''s rules for its time zone. Returns {"affected_appointments": […]}: those that a change of the rules has moved out of open time.';

revoke execute on function schnittwerk_core.keep_open_time from public;
