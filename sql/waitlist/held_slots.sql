create function schnittwerk_core.held_slots(
  p_salon_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[] default '{}'
)
returns table (claim_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql
stable
begin atomic
  select w.id, o.starts_at, o.ends_at
  from schnittwerk_core.waitlist w
  join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
  where w.salon_id = p_salon_id and w.customer_id = p_customer_id
    and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
    and w.id <> all (p_exclude_claim_ids)
  union all
  select h.id, h.starts_at, h.ends_at
  from schnittwerk_core.hold h
  where h.salon_id = p_salon_id and h.customer_id = p_customer_id
    and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
    and h.id <> all (p_exclude_claim_ids);
end;

comment on function schnittwerk_core.held_slots(uuid, uuid, uuid[]) is
  'The slots that a customer can still take: the open offers to them and their open holds, without the claims p_exclude_claim_ids (a waitlist entry''s id or a hold''s). Each counts as a booking.';

revoke execute on function schnittwerk_core.held_slots from public;
