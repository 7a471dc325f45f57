create function schnittwerk_core.claimed_stretches(
  p_salon_id uuid, p_staff_ids uuid[], p_from timestamptz, p_until timestamptz
)
returns table (
  staff_id uuid,
  precedence int,
  kind text,
  during tstzrange,
  appointment_id uuid,
  customer_id uuid,
  service_id uuid,
  status text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
-- One plan, whatever is known of the tables: by index, for each of the staff.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  return query
  with claim as materialized (
    select c.claim_id, i.id as staff_id, c.during
    from unnest(p_staff_ids) i (id)
    cross join lateral (
      select o.claim_id, tstzrange(o.starts_at, o.ends_at) as during
      from schnittwerk_core.occupancy o
      where o.salon_id = p_salon_id and o.resource_id = i.id
        -- occupancy_lasts_at_most_three_days
        and o.ends_at > p_from and o.ends_at < p_until + interval '72 hours'
        and o.starts_at < p_until
        and (o.expires_at is null or o.expires_at > v_now)
      offset 0
    ) c
  ),
  claimant as materialized (
    select
      a.id as claim_id, a.id as appointment_id, i.id as staff_id, a.customer_id, a.service_id,
      a.status::text as status, tstzrange(a.starts_at, a.ends_at) as during
    from unnest(p_staff_ids) i (id)
    cross join lateral (
      select b.id, b.customer_id, b.service_id, b.status, b.starts_at, b.ends_at
      from schnittwerk_core.appointments b
      where b.salon_id = p_salon_id and b.staff_id = i.id
        -- the buffer before a start lasts a day at most
        and b.starts_at > p_from - interval '72 hours'
        and b.starts_at < p_until + interval '24 hours'
        and schnittwerk_core.is_live(b.status)
      offset 0
    ) a
    union all
    select
      h.id, null, h.staff_id, h.customer_id, h.service_id, null,
      tstzrange(h.starts_at, h.ends_at)
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.status = 'open' and h.expires_at > v_now
    union all
    select
      w.id, null, o.staff_id, w.customer_id, w.service_id, null,
      tstzrange(o.starts_at, o.ends_at)
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    where o.salon_id = p_salon_id and o.status = 'open' and o.expires_at > v_now
  )
  select
    c.staff_id,
    case when t.appointment_id is null then 2 else 1 end,
    case when t.appointment_id is null then 'held' else 'booked' end,
    c.during * t.during, t.appointment_id, t.customer_id, t.service_id, t.status
  from claim c
  join claimant t on t.claim_id = c.claim_id and t.staff_id = c.staff_id
  union all
  select
    c.staff_id, 3, 'buffer', c.during, t.appointment_id, t.customer_id, t.service_id, t.status
  from claim c
  left join claimant t on t.claim_id = c.claim_id and t.staff_id = c.staff_id
  union all
  -- its steps with the member of staff are claims, which go before
  select
    t.staff_id, 4, 'gap', t.during, t.appointment_id, t.customer_id, t.service_id, t.status
  from claimant t
  where t.appointment_id is not null and t.during && tstzrange(p_from, p_until);
end
$$;

comment on function schnittwerk_core.claimed_stretches(uuid, uuid[], timestamptz, timestamptz) is
  'What claims the time of each of the staff between two instants: booked, held (an open hold or waitlist offer) and buffer, and the gaps of appointments. They overlap: the one of lowest precedence holds.';

revoke execute on function schnittwerk_core.claimed_stretches from public;
