create function schnittwerk_core.take_turn(p_salon_id uuid, p_customer_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.customer_turn t
  set turns = t.turns + 1
  where t.salon_id = p_salon_id and t.customer_id = p_customer_id;
  if not found then
    insert into schnittwerk_core.customer_turn as t (salon_id, customer_id)
    values (p_salon_id, p_customer_id)
    on conflict on constraint customer_turn_pkey do update
    set turns = t.turns + 1;
  end if;
end
$$;

comment on function schnittwerk_core.take_turn(uuid, uuid) is
  'Makes bookings for one customer wait for each other. A second call waits here until the first has committed, and then sees what it wrote. A transaction with an older snapshot fails, because the row has changed. Call it before lock_resources.';

revoke execute on function schnittwerk_core.take_turn from public;
