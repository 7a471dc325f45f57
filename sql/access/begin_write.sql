create function schnittwerk_core.begin_write(p_caller schnittwerk_core.caller)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if schnittwerk_core.is_rate_limited(p_caller, 'change') then
    perform schnittwerk_core.refuse('rate_limited');
  end if;
  perform schnittwerk_core.act_as(p_caller, schnittwerk_core.correlation_id());
end
$$;

comment on function schnittwerk_core.begin_write(schnittwerk_core.caller) is
  'Begins a write that takes no key, once its arguments are valid and before its first look-up: raises rate_limited, and tells the triggers who makes it. claim_operation does it for those with a key.';

revoke execute on function schnittwerk_core.begin_write from public;
