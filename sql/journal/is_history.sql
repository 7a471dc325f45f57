create function schnittwerk_core.is_history(p_kind text)
returns boolean
language sql
immutable
parallel safe
return p_kind not in ('updated', 'deleted', 'erased');

comment on function schnittwerk_core.is_history(text) is
  'Whether an entry about an appointment records a change of its status, service, time or staff.';

revoke execute on function schnittwerk_core.is_history from public;
