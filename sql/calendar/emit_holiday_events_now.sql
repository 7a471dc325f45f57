create function schnittwerk_core.emit_holiday_events_now()
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  set constraints schnittwerk_core.holidays_emit_events immediate;
  set constraints schnittwerk_core.holidays_emit_events deferred;
end
$$;

comment on function schnittwerk_core.emit_holiday_events_now() is
  'Emits the events of holidays that were written so far, with the correlation id of the call, once the staff that they are for are written too.';

revoke execute on function schnittwerk_core.emit_holiday_events_now from public;
