create function schnittwerk_core.free_days(
  p_salon_id uuid, p_staff_ids uuid[], p_during tstzmultirange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
  select p_salon_id, s.staff_id, d.during, true
  from unnest(p_staff_ids) s (staff_id)
  cross join unnest(
    p_during * tstzmultirange(tstzrange(schnittwerk_core.clock(), null))
  ) d (during)
  on conflict on constraint freed_time_pkey do nothing;
  perform schnittwerk_core.offer_freed_time(p_salon_id, p_staff_ids);
end
$$;

comment on function schnittwerk_core.free_days(uuid, uuid[], tstzmultirange) is
  'Offers to the waitlist what is open again of the staff''s time after a closure or absence went. Their time is locked.';

revoke execute on function schnittwerk_core.free_days from public;
