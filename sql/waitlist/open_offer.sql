create function schnittwerk_core.open_offer(p_salon_id uuid, p_entry_id uuid)
returns schnittwerk_core.waitlist_offer
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
begin
  select o.* into v_offer
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_salon_id and o.entry_id = p_entry_id
    and o.status = 'open' and o.expires_at > schnittwerk_core.clock();
  return v_offer;
end
$$;

comment on function schnittwerk_core.open_offer(uuid, uuid) is
  'The offer that a waitlist entry can accept now, or null.';

revoke execute on function schnittwerk_core.open_offer from public;
