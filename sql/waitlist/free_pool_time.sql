create function schnittwerk_core.free_pool_time(
  p_salon_id uuid, p_pool text, p_during tstzrange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  -- The starts at which a service that needs the pool could use this time, at most.
  perform schnittwerk_core.free_time(p_salon_id, s.staff_id, tstzmultirange(
    tstzrange(lower(p_during) - s.reach, upper(p_during) + s.lead) * tstzrange(v_now, null)))
  from (
    select
      p.staff_id,
      max(make_interval(mins => coalesce(p.estimated_duration_minutes, v.duration_minutes)
        + coalesce(v.buffer_after_minutes, z.buffer_time_minutes))) as reach,
      max(make_interval(mins => coalesce(v.buffer_before_minutes, 0))) as lead
    from schnittwerk_core.salon z
    join schnittwerk_core.services v on v.salon_id = z.id
    join schnittwerk_core.staff_services p on p.salon_id = v.salon_id and p.service_id = v.id
    where z.id = p_salon_id and v.is_active
      and exists (select from unnest(v.needs) d where d.pool = p_pool)
      and exists (
        select from schnittwerk_core.waitlist w
        where w.salon_id = v.salon_id and w.service_id = v.id
          and w.status in ('active', 'notified') and coalesce(w.staff_id = p.staff_id, true)
      )
    group by p.staff_id
  ) s
  -- So that two calls that free the same time wait for each other in one order.
  order by s.staff_id;
end
$$;

comment on function schnittwerk_core.free_pool_time(uuid, text, tstzrange) is
  'Records time in which a unit of a pool became free as freed, for all staff with whom somebody waits for a service that needs the pool; process_waitlist offers it. Locks no staff.';

revoke execute on function schnittwerk_core.free_pool_time from public;
