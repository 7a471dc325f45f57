create function schnittwerk_core.log_personal_read(
  p_caller schnittwerk_core.caller,
  p_function text,
  p_rows bigint,
  p_customer_id uuid default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.policies ->> 'log_personal_reads' = 'true' then
    raise log '%', jsonb_build_object(
      'message', 'Personal data read',
      'correlationId', schnittwerk_core.correlation_id(),
      'salonId', p_caller.salon_id,
      'userId', p_caller.user_id,
      'role', p_caller.role,
      'login', session_user,
      'function', p_function,
      'customerId', p_customer_id,
      'rows', p_rows
    );
  end if;
end
$$;

comment on function schnittwerk_core.log_personal_read(schnittwerk_core.caller, text, bigint, uuid) is
  'Logs that the caller was shown personal data: one line of JSON in the server''s log, which also works in a read-only transaction. The line does not contain the data. The policy log_personal_reads switches it off.';

revoke execute on function schnittwerk_core.log_personal_read from public;
