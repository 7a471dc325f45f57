create function schnittwerk_core.horizon_fault(
  p_path text, p_starts_at timestamptz, p_override_reason text
)
returns jsonb
language sql
stable
return schnittwerk_core.fault(
  p_path,
  coalesce(
    p_override_reason is not null
    and p_starts_at > schnittwerk_core.clock() + make_interval(hours => 24 * 730),
    false
  ),
  'out_of_range', p_path || ' must be at most 730 days ahead, with an override too');

comment on function schnittwerk_core.horizon_fault(text, timestamptz, text) is
  'The fault of a start that an override would put beyond what any policy allows: calendars reach as far as the last appointment, and one in a thousand years would have them built for all of these.';

revoke execute on function schnittwerk_core.horizon_fault from public;
