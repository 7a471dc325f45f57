create function schnittwerk_core.has_limited_uses(p_conditions jsonb)
returns boolean
language sql
immutable
parallel safe
return p_conditions ?| '{first_visit,max_uses,max_uses_per_customer}';

comment on function schnittwerk_core.has_limited_uses(jsonb) is
  'Whether other bookings can make a promotion with these conditions unavailable.';

revoke execute on function schnittwerk_core.has_limited_uses from public;
