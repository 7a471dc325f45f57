create function schnittwerk_core.make_offer(
  p_entry schnittwerk_core.waitlist, p_staff_id uuid, p_starts_at timestamptz
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  v_policies constant jsonb := schnittwerk_core.effective_policies(p_entry.salon_id);
  v_entry schnittwerk_core.waitlist;
  v_verdict schnittwerk_core.verdict;
  v_are_units_locked boolean := false;
  v_expires_at timestamptz;
begin
  if not schnittwerk_core.hold_entries(p_entry.salon_id, p_entry.customer_id) then
    return false;
  end if;
  select w.* into v_entry
  from schnittwerk_core.waitlist w
  where w.salon_id = p_entry.salon_id and w.id = p_entry.id;
  loop
    v_verdict := (schnittwerk_core.judge_start(
      p_entry.salon_id, p_entry.service_id, array[p_staff_id], p_starts_at,
      p_customer_id => p_entry.customer_id))[1];
    exit when v_are_units_locked or v_verdict.units is null;
    v_are_units_locked := schnittwerk_core.lock_units(
      p_entry.salon_id, array[v_verdict], p_waits => false);
    if not v_are_units_locked then
      return false;
    end if;
  end loop;
  if v_entry is distinct from p_entry
    or (v_verdict.failures = '{}') is not true
    or not schnittwerk_core.may_be_offered(v_entry, p_staff_id, p_starts_at, v_verdict.ends_at)
  then
    return false;
  end if;

  v_expires_at := least(
    v_now + make_interval(mins => (v_policies ->> 'waitlist_offer_minutes')::numeric::int),
    p_starts_at - (schnittwerk_core.earliest_start(v_now, v_policies) - v_now)
  );
  insert into schnittwerk_core.waitlist_offer (
    salon_id, entry_id, staff_id, starts_at, ends_at, price, price_details, expires_at
  )
  values (
    v_entry.salon_id, v_entry.id, p_staff_id, p_starts_at, v_verdict.ends_at, v_verdict.price,
    v_verdict.price_details, v_expires_at
  );
  perform schnittwerk_core.hold_time(v_entry.salon_id, v_entry.id, v_verdict, v_expires_at);
  update schnittwerk_core.waitlist w
  set status = 'notified'
  where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
  return true;
end
$$;

comment on function schnittwerk_core.make_offer(schnittwerk_core.waitlist, uuid, timestamptz) is
  'Offers a start with a member of staff to a waitlist entry and holds it for waitlist_offer_minutes, but never past the start minus notice. Returns false if a rule forbids it now, or if another transaction has locked or changed the entry or has locked a unit that the service needs. The caller has locked the member of staff''s time.';

revoke execute on function schnittwerk_core.make_offer from public;
