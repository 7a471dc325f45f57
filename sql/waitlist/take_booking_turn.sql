create function schnittwerk_core.take_booking_turn(
  p_caller schnittwerk_core.caller,
  p_customer_id uuid,
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved_appointment_id uuid default null
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_has_limits constant boolean := p_caller.role <> 'service' and (
    p_caller.policies ->> 'max_open_bookings_per_customer' <> '0'
    or p_caller.policies ->> 'max_bookings_per_customer_and_day' <> '0'
  );
begin
  if p_are_rules_waived or not (
    v_has_limits or (p_caller.policies -> 'prevent_customer_overlap')::boolean
  ) then
    return null;
  end if;
  perform schnittwerk_core.take_turn(p_caller.salon_id, p_customer_id);
  return case when v_has_limits then schnittwerk_core.booking_limit_details(
    p_caller.salon_id, p_customer_id, p_starts_at, p_exclude_claim_ids, p_moved_appointment_id
  ) end;
end
$$;

comment on function schnittwerk_core.take_booking_turn(schnittwerk_core.caller, uuid, timestamptz, boolean, uuid[], uuid) is
  'Serialises the bookings for one customer if the salon limits them or prevents that they overlap, and returns the details of booking_limit_reached, or null. The service is exempt from the limits.';

revoke execute on function schnittwerk_core.take_booking_turn from public;
