create function schnittwerk_core.is_live(p_status text)
returns boolean
language sql
immutable
parallel safe
return p_status in ('pending', 'confirmed', 'completed');

comment on function schnittwerk_core.is_live(text) is
  'Whether an appointment of this status claims its time.';

revoke execute on function schnittwerk_core.is_live from public;
