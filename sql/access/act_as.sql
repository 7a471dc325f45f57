create function schnittwerk_core.act_as(
  p_caller schnittwerk_core.caller,
  p_correlation_id text default null,
  p_reason text default null,
  p_override_reason text default null
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
      'role', coalesce((p_caller).role, (p_caller).kind),
      'reason', p_reason,
      'override_reason', p_override_reason,
      'operation_id', (p_caller).operation_id,
      'correlation_id', p_correlation_id
    ))::text
  end, true);
end
$$;

comment on function schnittwerk_core.act_as(schnittwerk_core.caller, text, text, text) is
  'Tells the trigger that writes the journal who makes the changes that follow, and why; null = nobody of the API''s. Every write of the API sets it before its first change and log_write takes it back, so that a client who puts something into the setting is nobody by it (a correlation id is the client''s to choose).';

revoke execute on function schnittwerk_core.act_as from public;
