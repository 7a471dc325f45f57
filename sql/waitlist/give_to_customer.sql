create function schnittwerk_core.lock_of_customers(p_salon_id uuid, p_customer_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.appointments a
  where a.salon_id = p_salon_id and a.customer_id = any (p_customer_ids)
  order by a.id
  for no key update;
  perform schnittwerk_core.lock_resources(p_salon_id, array(
    select unnest(schnittwerk_core.offered_resources(p_salon_id, c.id))
    from unnest(p_customer_ids) c (id)
    union
    select h.staff_id
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.customer_id = any (p_customer_ids) and h.status = 'open'
  ));
  perform from schnittwerk_core.waitlist w
  where w.salon_id = p_salon_id and w.customer_id = any (p_customer_ids)
  order by w.id
  for no key update;
end
$$;

comment on function schnittwerk_core.lock_of_customers(uuid, uuid[]) is
  'Locks what customers have: their appointments, the time that is offered to them or held for them, their waitlist entries. The caller has locked the customers.';

revoke execute on function schnittwerk_core.lock_of_customers from public;

create function schnittwerk_core.end_double_entries(p_salon_id uuid, p_customer_ids uuid[])
returns uuid[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_today constant date := schnittwerk_core.local_today(p_salon_id);
  v_entry_ids uuid[];
begin
  v_entry_ids := array(
    select r.id
    from (
      select
        w.id,
        row_number() over (
          partition by w.service_id
          order by
            w.preferred_end_date < v_today,
            exists (
              select from schnittwerk_core.waitlist_offer o
              where o.salon_id = w.salon_id and o.entry_id = w.id
                and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
            ) desc,
            w.created_at, w.id
        ) as place
      from schnittwerk_core.waitlist w
      where w.salon_id = p_salon_id and w.customer_id = any (p_customer_ids)
        and w.status in ('active', 'notified')
    ) r
    where r.place > 1
    order by r.id
  );
  update schnittwerk_core.waitlist w
  set status = 'cancelled'
  where w.salon_id = p_salon_id and w.id = any (v_entry_ids);
  -- process_waitlist offers the time to the next.
  perform schnittwerk_core.end_offer(o, 'withdrawn', 'cancelled')
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_salon_id and o.entry_id = any (v_entry_ids) and o.status = 'open';
  return v_entry_ids;
end
$$;

comment on function schnittwerk_core.end_double_entries(uuid, uuid[]) is
  'Ends, as cancelled, all but one of the open waitlist entries that customers have for one service, and returns which. One whose dates have not passed stays, before all others one with an open offer, else the oldest. The caller has locked the entries.';

revoke execute on function schnittwerk_core.end_double_entries from public;

create function schnittwerk_core.give_to_customer(
  p_salon_id uuid,
  p_from_id uuid,
  p_to_id uuid,
  p_only_ids uuid[] default null
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointments bigint;
  v_visits bigint;
  v_holds bigint;
  v_fees bigint;
  v_entries bigint;
begin
  with given as (
    update schnittwerk_core.appointments a
    set customer_id = p_to_id
    where a.salon_id = p_salon_id and a.customer_id = p_from_id
      and coalesce(a.id = any (p_only_ids), true)
    returning a.visit_id
  )
  select count(*), count(distinct g.visit_id) into v_appointments, v_visits from given g;
  update schnittwerk_core.hold h
  set customer_id = p_to_id
  where h.salon_id = p_salon_id and h.customer_id = p_from_id
    and coalesce(h.id = any (p_only_ids), true);
  get diagnostics v_holds = row_count;
  update schnittwerk_core.fee f
  set customer_id = p_to_id
  where f.salon_id = p_salon_id and f.customer_id = p_from_id
    and coalesce(f.appointment_id = any (p_only_ids), true);
  get diagnostics v_fees = row_count;
  update schnittwerk_core.waitlist w
  set customer_id = p_to_id
  where w.salon_id = p_salon_id and w.customer_id = p_from_id
    and coalesce(w.id = any (p_only_ids), true);
  get diagnostics v_entries = row_count;
  return jsonb_build_object(
    'appointments', v_appointments,
    'visits', v_visits,
    'holds', v_holds,
    'fees', v_fees,
    'waitlist_entries', v_entries
  );
end
$$;

comment on function schnittwerk_core.give_to_customer(uuid, uuid, uuid, uuid[]) is
  'Gives one customer what another has, and returns how many of each: appointments with their fees, holds and waitlist entries; p_only_ids: only those with these ids. The caller has locked both.';

revoke execute on function schnittwerk_core.give_to_customer from public;

create function schnittwerk_core.restorable_entries(
  p_merge schnittwerk_core.customer_merge, p_changes schnittwerk_core.merge_change[]
)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select w.id
    from unnest(p_changes) c
    join schnittwerk_core.waitlist w
      on w.salon_id = p_merge.salon_id and w.id = (c.row_key ->> 'id')::uuid
    where c.table_name = 'waitlist' and c.kind = 'cancelled'
      and w.status = 'cancelled'
      and w.preferred_end_date >= schnittwerk_core.local_today(w.salon_id)
      -- a later merge of the one who has it changes only whose it is
      and not exists (
        select from schnittwerk_core.journal j
        where j.salon_id = w.salon_id and j.subject_id = w.id and j.table_name = 'waitlist'
          and j.occurred_at > p_merge.merged_at
          and j.before <> jsonb_build_object('customer_id', j.before -> 'customer_id')
      )
  );
end
$$;

comment on function schnittwerk_core.restorable_entries(
  schnittwerk_core.customer_merge, schnittwerk_core.merge_change[]
) is
  'The waitlist entries that a merge of customers ended and nobody has changed since, whose dates have not passed.';

revoke execute on function schnittwerk_core.restorable_entries from public;
