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
  v_customer_id uuid;
begin
  loop
    select w.* into v_entry
    from schnittwerk_core.waitlist w
    where w.salon_id = p_caller.salon_id and w.id = p_entry_id
      and schnittwerk_core.may_know_customer(p_caller, w.customer_id);
    if not found then
      perform schnittwerk_core.refuse('not_found', 'There is no such waitlist entry');
    end if;
    -- Again if the customer was merged into another meanwhile, who then has the entry.
    exit when v_entry.customer_id = v_customer_id;
    v_customer_id := v_entry.customer_id;
    -- Before the staff's time and the entry: accepting an offer inserts a reference to the customer.
    exit when schnittwerk_core.hold_customer(v_entry.salon_id, v_entry.customer_id);
  end loop;
  return v_entry;
end
$$;

comment on function schnittwerk_core.require_entry(schnittwerk_core.caller, uuid) is
  'The waitlist entry with this id. Refuses with not_found if it does not exist or the caller may not see it: customers see only their own. Keeps the customer from being erased; lock_entry locks the entry.';

revoke execute on function schnittwerk_core.require_entry from public;
