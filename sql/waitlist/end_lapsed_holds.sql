create function schnittwerk_core.end_lapsed_holds(p_salon_id uuid)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hold schnittwerk_core.hold;
  v_count int := 0;
begin
  for v_hold in
    select h.*
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id
      and h.status = 'open' and h.expires_at <= schnittwerk_core.clock()
    order by h.staff_id, h.starts_at
    for no key update skip locked
  loop
    perform schnittwerk_core.free_hold(v_hold, 'lapsed');
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

comment on function schnittwerk_core.end_lapsed_holds(uuid) is
  'Ends a salon''s holds whose time is up as lapsed, records their time as freed, and returns how many. The caller has locked no waitlist entry: it may wait for a booking that takes the time.';

revoke execute on function schnittwerk_core.end_lapsed_holds from public;
