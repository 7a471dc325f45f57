create function schnittwerk_core.free_appointments(
  p_salon_id uuid, p_appointments schnittwerk_core.appointments[]
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointments constant schnittwerk_core.appointments[] := array(
    select a from unnest(p_appointments) a where a.starts_at > schnittwerk_core.clock()
  );
begin
  if v_appointments = '{}' then
    return;
  end if;
  insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
  select p_salon_id, a.staff_id, tstzrange(a.starts_at, a.ends_at), false
  from unnest(v_appointments) a
  on conflict on constraint freed_time_pkey do nothing;
  if exists (select from unnest(v_appointments) a where a.units is not null) then
    perform schnittwerk_core.free_pool_time(
      p_salon_id, array_agg(u.pool), array_agg(schnittwerk_core.unit_claim(
        a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes,
        u.from_minute, u.to_minute)))
    from unnest(v_appointments) a
    cross join lateral unnest(a.units) u;
  end if;
  -- Last: customers who get an offer are not locked while other calls wait for the rows above.
  perform schnittwerk_core.offer_freed_time(
    p_salon_id, array(select distinct a.staff_id from unnest(v_appointments) a));
end
$$;

comment on function schnittwerk_core.free_appointments(uuid, schnittwerk_core.appointments[]) is
  'Offers the time of appointments that were cancelled or moved away to the waitlist; the time of their units with other staff is left to process_waitlist. The caller has locked the time of their staff.';

revoke execute on function schnittwerk_core.free_appointments from public;
