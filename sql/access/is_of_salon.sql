create function schnittwerk_core.is_of_salon(p_caller schnittwerk_core.caller)
returns boolean
language sql
immutable
parallel safe
return coalesce((p_caller).role in ('service', 'admin', 'receptionist', 'staff'), false);

comment on function schnittwerk_core.is_of_salon(schnittwerk_core.caller) is
  'Whether the caller belongs to the salon team, or is the service.';

revoke execute on function schnittwerk_core.is_of_salon from public;
