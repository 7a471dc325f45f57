create function schnittwerk_core.hold_to_book(
  p_caller schnittwerk_core.caller,
  p_hold_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid
)
returns schnittwerk_core.hold
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hold constant schnittwerk_core.hold := schnittwerk_core.require_hold(p_caller, p_hold_id);
begin
  if v_hold.customer_id <> p_caller.customer_id then
    perform schnittwerk_core.refuse('not_found', 'The customer has no such hold');
  end if;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_service_id', p_service_id <> v_hold.service_id, 'not_held',
      'p_service_id must be the service of the hold'),
    schnittwerk_core.fault(
      'p_starts_at', p_starts_at <> v_hold.starts_at, 'not_held',
      'p_starts_at must be the start of the hold'),
    case when p_staff_id is not null then schnittwerk_core.fault(
      'p_staff_id', p_staff_id <> v_hold.staff_id, 'not_held',
      'p_staff_id must be the member of staff of the hold, or null') end);
  return v_hold;
end
$$;

comment on function schnittwerk_core.hold_to_book(schnittwerk_core.caller, uuid, uuid, timestamptz, uuid) is
  'The hold that a booking for the call''s customer uses. Refuses as require_hold does, with not_found if the hold is another customer''s, and with invalid_input if it holds another slot. p_staff_id: null means that of the hold. lock_hold checks whether the hold is still open.';

revoke execute on function schnittwerk_core.hold_to_book from public;
