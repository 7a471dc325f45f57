create function schnittwerk_core.emit_holiday_events()
returns trigger
language plpgsql
volatile
-- at the end of a transaction the role is the client's again
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_holiday constant schnittwerk_core.holidays :=
    case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_holiday.salon_id,
    'holiday.' || case tg_op
      when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
    v_holiday.id,
    -- free text may name people
    schnittwerk_core.holiday_json(v_holiday) - 'description'
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_holiday_events() is
  'Tells of a holiday: created, updated or deleted.';

revoke execute on function schnittwerk_core.emit_holiday_events from public;

-- Deferred, since the staff that a holiday is for are written after it.
create constraint trigger holidays_emit_events
after insert or update or delete on schnittwerk_core.holidays
deferrable initially deferred
for each row execute function schnittwerk_core.emit_holiday_events();
