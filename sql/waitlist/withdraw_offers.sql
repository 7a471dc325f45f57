create function schnittwerk_core.withdraw_offer(p_offer schnittwerk_core.waitlist_offer)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.waitlist w
  where w.salon_id = p_offer.salon_id and w.id = p_offer.entry_id
  for no key update;
  perform schnittwerk_core.end_offer(p_offer, 'withdrawn', 'active');
end
$$;

comment on function schnittwerk_core.withdraw_offer(schnittwerk_core.waitlist_offer) is
  'Withdraws an open offer: its entry becomes active again. The caller has locked the time that it holds.';

revoke execute on function schnittwerk_core.withdraw_offer from public;

create function schnittwerk_core.withdraw_offers(
  p_salon_id uuid, p_staff_id uuid, p_lost tstzmultirange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
begin
  for v_offer in
    select o.*
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    where o.salon_id = p_salon_id and o.staff_id = p_staff_id
      and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
      and (
        p_lost && tstzrange(o.starts_at, o.ends_at)
        or not exists (
          select
          from schnittwerk_core.staff_services p
          join schnittwerk_core.services v on v.salon_id = p.salon_id and v.id = p.service_id
          join schnittwerk_core.staff m on m.salon_id = p.salon_id and m.id = p.staff_id
          where p.salon_id = o.salon_id and p.staff_id = o.staff_id
            and p.service_id = w.service_id and v.is_active and m.is_active
        )
      )
    order by o.entry_id
  loop
    perform schnittwerk_core.withdraw_offer(v_offer);
  end loop;
end
$$;

comment on function schnittwerk_core.withdraw_offers(uuid, uuid, tstzmultirange) is
  'Withdraws the open offers of a member of staff that overlap time which is no longer open or whose service they no longer perform. The entries become active again. The caller has locked their time.';

revoke execute on function schnittwerk_core.withdraw_offers from public;

create function schnittwerk_core.withdraw_unit_offers(p_salon_id uuid, p_unit_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
begin
  for v_offer in
    select o.*
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    join schnittwerk_core.services v on v.salon_id = w.salon_id and v.id = w.service_id
    where o.salon_id = p_salon_id
      and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
      and exists (
        select
        from schnittwerk_core.occupancy c
        join schnittwerk_core.unit u on u.salon_id = c.salon_id and u.id = c.resource_id
        where c.salon_id = p_salon_id and c.claim_id = o.entry_id and u.id = p_unit_id
          and (
            not u.is_active
            or not exists (select from unnest(v.needs) d where d.pool = u.pool)
            or schnittwerk_core.closed_unit_time(
              p_salon_id, u.id, c.starts_at, c.ends_at) && c.during
          )
      )
    order by o.entry_id
  loop
    perform schnittwerk_core.withdraw_offer(v_offer);
  end loop;
end
$$;

comment on function schnittwerk_core.withdraw_unit_offers(uuid, uuid) is
  'Withdraws the open offers that hold a unit which is inactive, closed then, or of a pool that their service does not need. The caller has locked the time that they hold.';

revoke execute on function schnittwerk_core.withdraw_unit_offers from public;
