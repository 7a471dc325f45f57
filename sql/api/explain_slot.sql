create function schnittwerk.explain_slot(
  p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_salon_id uuid default null
)
returns table (rule text, passed boolean, code text, details text)
language sql
stable
begin atomic
  select e.rule, e.passed, e.code, e.details
  from schnittwerk_core.explain_slot(p_service_id, p_staff_id, p_starts_at, p_salon_id) e;
end;

comment on function schnittwerk.explain_slot(uuid, uuid, timestamptz, uuid) is
  'Every booking rule once for a start, with whether it passes and, where not, the code and details that a booking would be refused with; all pass exactly when the slot can be booked now. p_starts_at: a whole minute. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.explain_slot from public;
grant execute on function schnittwerk.explain_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
