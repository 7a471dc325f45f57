create function schnittwerk_core.log_call(p_caller schnittwerk_core.caller)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  raise log '%', jsonb_build_object(
    'message', case
      when p_caller.answer ->> 'success' = 'false' then 'Booking operation refused'
      when p_caller.answer ->> 'replayed' = 'true' then 'Booking operation replayed'
      else 'Booking operation completed' end,
    'correlationId', p_caller.answer ->> 'correlation_id',
    'salonId', p_caller.salon_id,
    'userId', p_caller.user_id,
    'appointmentId', p_caller.appointment_id,
    'operation', p_caller.operation_type,
    'operationId', p_caller.answer ->> 'operation_id',
    'duration', round((1000 * extract(epoch from clock_timestamp() - p_caller.began_at))::numeric, 1),
    'status', (p_caller.answer ->> 'http_status')::int,
    'code', p_caller.answer ->> 'code',
    'replayed', p_caller.answer ->> 'replayed' = 'true'
  );
end
$$;

comment on function schnittwerk_core.log_call(schnittwerk_core.caller) is
  'Writes a finished call as one line of JSON to the server''s log. duration: milliseconds since it began.';

revoke execute on function schnittwerk_core.log_call from public;
