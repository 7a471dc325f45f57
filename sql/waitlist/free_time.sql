create function schnittwerk_core.free_time(
  p_salon_id uuid, p_staff_id uuid, p_during tstzmultirange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
  select p_salon_id, p_staff_id, d.during, true
  from unnest(p_during * (
    select range_agg(tstzrange(
      w.preferred_start_date::timestamp at time zone s.time_zone,
      (w.preferred_end_date + 1)::timestamp at time zone s.time_zone))
    from schnittwerk_core.waitlist w
    join schnittwerk_core.salon s on s.id = w.salon_id
    where w.salon_id = p_salon_id and w.status in ('active', 'notified')
      and (w.staff_id is null or w.staff_id = p_staff_id)
  )) d (during)
  on conflict on constraint freed_time_pkey do nothing;
end
$$;

comment on function schnittwerk_core.free_time(uuid, uuid, tstzmultirange) is
  'Records open time that a member of staff has gained as freed, on dates for which an entry waits. offer_freed_time offers it.';

revoke execute on function schnittwerk_core.free_time from public;
