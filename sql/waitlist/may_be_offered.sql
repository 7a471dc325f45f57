create function schnittwerk_core.may_be_offered(
  p_entry schnittwerk_core.waitlist,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return not exists (
    select
    from schnittwerk_core.waitlist w
    join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
    where w.salon_id = p_entry.salon_id and w.customer_id = p_entry.customer_id
      and w.service_id = p_entry.service_id
      and o.staff_id = p_staff_id and o.starts_at = p_starts_at
  ) and not (
    (schnittwerk_core.effective_policies(p_entry.salon_id)
      -> 'prevent_customer_overlap')::boolean
    and (
      exists (
        select
        from schnittwerk_core.held_slots(p_entry.salon_id, p_entry.customer_id) s
        where s.starts_at < p_ends_at and s.ends_at > p_starts_at
      )
      or exists (
        select
        from schnittwerk_core.busy_with(
          p_entry.salon_id, p_entry.customer_id, p_starts_at, p_ends_at)
      )
    )
  ) and schnittwerk_core.booking_limit_details(
    p_entry.salon_id, p_entry.customer_id, p_starts_at) is null;
end
$$;

comment on function schnittwerk_core.may_be_offered(schnittwerk_core.waitlist, uuid, timestamptz, timestamptz) is
  'Whether a slot that a waitlist entry asks for may be offered to its customer. They must not be busy then (under prevent_customer_overlap), must be below their limits, and must never have been offered this start of the service with this member of staff, through any entry.';

revoke execute on function schnittwerk_core.may_be_offered from public;
