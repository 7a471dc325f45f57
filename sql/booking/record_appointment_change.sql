create function schnittwerk_core.record_appointment_change()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_actor constant jsonb := coalesce(schnittwerk_core.actor(), '{"role": "owner"}');
begin
  insert into schnittwerk_core.appointment_history (
    salon_id, appointment_id, version, action, user_id, role, reason, override_reason,
    from_status, to_status, from_staff_id, to_staff_id, from_starts_at, to_starts_at,
    correlation_id
  )
  values (
    new.salon_id, new.id,
    case when tg_op = 'INSERT' then 1 else (
      select coalesce(max(h.version), 0) + 1
      from schnittwerk_core.appointment_history h
      where h.salon_id = new.salon_id and h.appointment_id = new.id
    ) end,
    case
      when tg_op = 'INSERT' then 'created'
      when new.status <> old.status then new.status
      when (new.staff_id, new.starts_at) <> (old.staff_id, old.starts_at) then 'rescheduled'
      else 'changed'
    end,
    (v_actor ->> 'user_id')::uuid, v_actor ->> 'role', v_actor ->> 'reason',
    v_actor ->> 'override_reason',
    old.status, new.status, old.staff_id, new.staff_id, old.starts_at, new.starts_at,
    v_actor ->> 'correlation_id'
  );
  return null;
end
$$;

comment on function schnittwerk_core.record_appointment_change() is
  'Writes the history of an appointment; who and why come from start_body.';

revoke execute on function schnittwerk_core.record_appointment_change from public;

create trigger appointments_record_insert
after insert on schnittwerk_core.appointments
for each row execute function schnittwerk_core.record_appointment_change();

create trigger appointments_record_update
after update of status, staff_id, starts_at, ends_at on schnittwerk_core.appointments
for each row
when (
  (old.status, old.staff_id, old.starts_at, old.ends_at)
  is distinct from (new.status, new.staff_id, new.starts_at, new.ends_at)
)
execute function schnittwerk_core.record_appointment_change();
