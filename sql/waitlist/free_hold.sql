create function schnittwerk_core.free_hold(p_hold schnittwerk_core.hold, p_status text)
returns schnittwerk_core.hold
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_hold.starts_at > schnittwerk_core.clock() then
    insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
    values (
      p_hold.salon_id, p_hold.staff_id, tstzrange(p_hold.starts_at, p_hold.ends_at), false
    )
    on conflict on constraint freed_time_pkey do nothing;
    perform schnittwerk_core.free_pool_time(
      p_hold.salon_id, array_agg(u.pool), array_agg(o.during))
    from schnittwerk_core.occupancy o
    join schnittwerk_core.unit u on u.salon_id = o.salon_id and u.id = o.resource_id
    where o.salon_id = p_hold.salon_id and o.claim_id = p_hold.id
    having count(*) > 0;
  end if;
  return schnittwerk_core.end_hold(p_hold, p_status);
end
$$;

comment on function schnittwerk_core.free_hold(schnittwerk_core.hold, text) is
  'Ends an open hold as released or lapsed, records its time and that of its units as freed, and returns it. offer_freed_time offers it.';

revoke execute on function schnittwerk_core.free_hold from public;
