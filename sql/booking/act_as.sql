create function schnittwerk_core.act_as(
  p_caller schnittwerk_core.caller,
  p_operation schnittwerk_core.booking_operations default null,
  p_reason text default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('schnittwerk.actor', case when p_caller is null then '' else
    jsonb_strip_nulls(jsonb_build_object(
      'user_id', (p_caller).user_id,
      'role', (p_caller).role,
      'reason', p_reason,
      'override_reason', (p_operation).override_reason,
      'correlation_id', (p_operation).correlation_id
    ))::text
  end, true);
end
$$;

comment on function schnittwerk_core.act_as(schnittwerk_core.caller, schnittwerk_core.booking_operations, text) is
  'Tells the triggers that write history and events who makes the changes that follow, and why; null = nobody of the API''s.';

revoke execute on function schnittwerk_core.act_as from public;
