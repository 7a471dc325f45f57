create function schnittwerk_core.current_salon_week(p_salon_id uuid, p_week date)
returns schnittwerk_core.salon_week
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_week schnittwerk_core.salon_week;
begin
  select k.* into v_week
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  join schnittwerk_core.salon_week k
    on k.salon_id = s.id and k.week = p_week and k.version = z.calendar_version
  where s.id = p_salon_id
    and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks);
  if not found then
    v_week := schnittwerk_core.compute_salon_week(p_salon_id, p_week);
    v_week.version := null; -- stored weeks of staff do not fit a computed one
  end if;
  return v_week;
end
$$;

comment on function schnittwerk_core.current_salon_week(uuid, date) is
  'A week of a salon''s calendar, given by its Monday: the stored one, or else a computed one, without a version.';

revoke execute on function schnittwerk_core.current_salon_week from public;
