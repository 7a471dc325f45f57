create function schnittwerk_core.claims_on_unit(p_salon_id uuid, p_unit_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select distinct o.claim_id
    from schnittwerk_core.occupancy o
    where o.salon_id = p_salon_id and o.resource_id = p_unit_id
      and o.ends_at > schnittwerk_core.clock()
  );
end
$$;

comment on function schnittwerk_core.claims_on_unit(uuid, uuid) is
  'The claims on a unit that have not ended, by their ids: appointments, holds and waitlist entries.';

revoke execute on function schnittwerk_core.claims_on_unit from public;

create function schnittwerk_core.begin_unit_change(p_salon_id uuid, p_unit_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_claim_ids uuid[];
begin
  for v_attempt in 1 .. 3 loop
    begin
      v_claim_ids := schnittwerk_core.claims_on_unit(p_salon_id, p_unit_id);
      perform from schnittwerk_core.appointments a
      where a.salon_id = p_salon_id and a.id = any (v_claim_ids)
      order by a.id
      for no key update;
      perform schnittwerk_core.lock_resources(p_salon_id, array(
        select m.id from schnittwerk_core.staff m where m.salon_id = p_salon_id
        union all
        select mate.id
        from schnittwerk_core.unit u
        join schnittwerk_core.unit mate on mate.salon_id = u.salon_id and mate.pool = u.pool
        where u.salon_id = p_salon_id and u.id = p_unit_id
      ));
      -- Somebody may have booked the unit in the meantime. A call that holds resources never waits
      -- for an appointment: if one is locked, this attempt gives up its locks.
      v_claim_ids := schnittwerk_core.claims_on_unit(p_salon_id, p_unit_id);
      if (
        select count(*)
        from schnittwerk_core.appointments a
        where a.salon_id = p_salon_id and a.id = any (v_claim_ids)
      ) = (
        select count(*)
        from (
          select
          from schnittwerk_core.appointments a
          where a.salon_id = p_salon_id and a.id = any (v_claim_ids)
          for no key update skip locked
        ) locked
      ) then
        return;
      end if;
      raise exception using
        errcode = 'serialization_failure',
        message = 'could not serialize access due to concurrent changes',
        hint = 'Repeat the whole call.';
    exception when serialization_failure then
      if v_attempt = 3 then
        raise;
      end if;
    end;
  end loop;
end
$$;

comment on function schnittwerk_core.begin_unit_change(uuid, uuid) is
  'Begins a change of a unit, which end_unit_change ends. Locks the future appointments that use the unit, then the time of all staff and of the unit''s pool. So a simultaneous booking is either moved or judged after the change.';

revoke execute on function schnittwerk_core.begin_unit_change from public;
