create function schnittwerk_core.require_entry(
  p_caller schnittwerk_core.caller, p_entry_id uuid
)
returns schnittwerk_core.waitlist
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entry schnittwerk_core.waitlist;
begin
  select w.* into v_entry
  from schnittwerk_core.waitlist w
  where w.salon_id = p_caller.salon_id and w.id = p_entry_id
    and schnittwerk_core.may_know_customer(p_caller, w.customer_id);
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such waitlist entry');
  end if;
  -- before the staff's time and the entry, since who accepts an offer refers to them after those
  perform schnittwerk_core.hold_customer(v_entry.salon_id, v_entry.customer_id);
  return v_entry;
end
$$;

comment on function schnittwerk_core.require_entry(schnittwerk_core.caller, uuid) is
  'A waitlist entry that the caller may know of (customers their own only), else it refuses with not_found. The customer is kept from being erased; the entry is to be locked by lock_entry.';

revoke execute on function schnittwerk_core.require_entry from public;
