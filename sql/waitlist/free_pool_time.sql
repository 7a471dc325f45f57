create function schnittwerk_core.free_pool_time(
  p_salon_id uuid, p_pools text[], p_durings tstzrange[]
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  perform schnittwerk_core.free_time(
    p_salon_id, s.staff_id, s.starts * tstzmultirange(tstzrange(v_now, null)))
  from (
    -- The starts at which a service that needs one of the pools could use its time, at most.
    select p.staff_id, range_agg(tstzrange(
      lower(f.during) - make_interval(mins =>
        coalesce(p.estimated_duration_minutes, v.duration_minutes)
          + coalesce(v.buffer_after_minutes, z.buffer_time_minutes)),
      upper(f.during) + make_interval(mins => coalesce(v.buffer_before_minutes, 0))
    )) as starts
    from unnest(p_pools, p_durings) f (pool, during)
    join schnittwerk_core.salon z on z.id = p_salon_id
    join schnittwerk_core.services v on v.salon_id = z.id
    join schnittwerk_core.staff_services p on p.salon_id = v.salon_id and p.service_id = v.id
    where v.is_active
      and exists (select from unnest(v.needs) d where d.pool = f.pool)
      and exists (
        select from schnittwerk_core.waitlist w
        where w.salon_id = v.salon_id and w.service_id = v.id
          and w.status in ('active', 'notified') and coalesce(w.staff_id = p.staff_id, true)
      )
    group by p.staff_id
  ) s
  -- Calls that free the same time wait for each other at the rows, so in one order: all staff by
  -- id, and the time of each by start.
  order by s.staff_id;
end
$$;

comment on function schnittwerk_core.free_pool_time(uuid, text[], tstzrange[]) is
  'Records time in which units of pools became free, the nth time of p_durings in the nth of p_pools, as freed, for all staff with whom somebody waits for a service that needs the pool; process_waitlist offers it. Locks no staff. A call frees all at once.';

revoke execute on function schnittwerk_core.free_pool_time from public;
