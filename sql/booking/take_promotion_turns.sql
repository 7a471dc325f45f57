create function schnittwerk_core.take_promotion_turns(p_salon_id uuid, p_promotion_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.price_rule r
  where r.salon_id = p_salon_id and r.id = any (p_promotion_ids)
  order by r.id
  for no key update;
  update schnittwerk_core.price_rule r
  set turns = r.turns + 1
  where r.salon_id = p_salon_id and r.id = any (p_promotion_ids);
end
$$;

comment on function schnittwerk_core.take_promotion_turns(uuid, uuid[]) is
  'Makes bookings that use the same promotions wait for each other: a second one waits here until the first has committed, and then counts its use. A transaction with an older snapshot fails. The last locks of a booking.';

revoke execute on function schnittwerk_core.take_promotion_turns from public;
