create function schnittwerk_core.delete_ended_holds(p_salon_id uuid, p_before timestamptz)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- Looks rows up by their keys, like delete_operations.
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_holds bigint;
  v_offers bigint;
begin
  with gone as (
    delete from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.id = any (array(
      select old.id
      from schnittwerk_core.hold old
      where old.salon_id = p_salon_id and old.created_at < p_before
        and old.status <> 'open' and old.updated_at < p_before
        -- customers_gone_since needs a customer's last hold.
        and (old.customer_id is null or exists (
          select from schnittwerk_core.hold later
          where later.salon_id = p_salon_id and later.customer_id = old.customer_id
            and (later.expires_at, later.id) > (old.expires_at, old.id)
        ))
        -- An erasure finds a customer's deliveries by their subjects.
        and not exists (
          select from schnittwerk_core.event_delivery d
          where d.salon_id = p_salon_id and d.subject_id = old.id
        )
      order by old.created_at
      limit 10000
      for update skip locked
    ))
    returning 1
  )
  select count(*) into v_holds from gone;

  with gone as (
    delete from schnittwerk_core.waitlist_offer o
    where o.salon_id = p_salon_id and o.id = any (array(
      select old.id
      from schnittwerk_core.waitlist_offer old
      where old.salon_id = p_salon_id and old.created_at < p_before
        and old.status <> 'open' and old.updated_at < p_before
        -- Until its start may_be_offered needs it.
        and old.starts_at < schnittwerk_core.clock()
        and not exists (
          select from schnittwerk_core.event_delivery d
          where d.salon_id = p_salon_id and d.subject_id = old.id
        )
      order by old.created_at
      limit 10000
      for update skip locked
    ))
    returning 1
  )
  select count(*) into v_offers from gone;
  return jsonb_build_object('ended_holds', v_holds, 'ended_offers', v_offers);
end
$$;

comment on function schnittwerk_core.delete_ended_holds(uuid, timestamptz) is
  'Deletes a salon''s holds and waitlist offers that ended before an instant, at most 10000 of each. Returns their numbers: {"ended_holds", "ended_offers"}. Keeps a customer''s last hold, offers of future starts, and the subjects of deliveries.';

revoke execute on function schnittwerk_core.delete_ended_holds from public;
