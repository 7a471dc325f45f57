create function schnittwerk_core.emit_appointment_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointment constant schnittwerk_core.appointments :=
    case when tg_op = 'DELETE' then old else new end;
  -- free text may name people
  v_data jsonb := schnittwerk_core.appointment_json(v_appointment)
    - '{notes,cancellation_reason}'::text[];
  v_changes text[] := array[]::text[];
  v_change text;
begin
  if tg_op = 'UPDATE' then
    if new.status <> old.status and new.status <> 'pending' then
      v_changes := v_changes || new.status;
    end if;
    if (new.staff_id, new.starts_at, new.ends_at) <> (old.staff_id, old.starts_at, old.ends_at)
    then
      -- whoever is told both learns the time first
      v_changes := array_prepend('rescheduled', v_changes);
      v_data := v_data || jsonb_build_object(
        'previous_staff_id', old.staff_id,
        'previous_starts_at', schnittwerk_core.utc_text(old.starts_at),
        'previous_ends_at', schnittwerk_core.utc_text(old.ends_at)
      );
    end if;
    if cardinality(v_changes) = 0 then
      v_changes := array['changed'];
    end if;
  else
    v_changes := array[case tg_op when 'INSERT' then 'created' else 'deleted' end];
  end if;
  foreach v_change in array v_changes loop
    perform schnittwerk_core.emit_event(
      v_appointment.salon_id, 'appointment.' || v_change, v_appointment.id, v_data);
  end loop;
  return null;
end
$$;

comment on function schnittwerk_core.emit_appointment_events() is
  'Tells of an appointment: created, confirmed, rescheduled, cancelled, completed, no_show, changed or deleted.';

revoke execute on function schnittwerk_core.emit_appointment_events from public;

create trigger appointments_emit_events
after insert or update or delete on schnittwerk_core.appointments
for each row execute function schnittwerk_core.emit_appointment_events();
