create function schnittwerk_core.appointments_follow_the_state_machine()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status <> old.status and not schnittwerk_core.may_become(
    'appointment', old.status, new.status, new.starts_at,
    schnittwerk_core.correctable_until(old, schnittwerk_core.actor() ->> 'override_reason')
  ) then
    raise exception using
      errcode = 'check_violation', constraint = 'appointments_follow_the_state_machine',
      message = format('An appointment cannot change from %s to %s now', old.status, new.status),
      hint = 'schnittwerk_core.status_transition lists the possible changes.';
  end if;
  if (old.service_id, old.staff_id, old.starts_at, old.ends_at)
      <> (new.service_id, new.staff_id, new.starts_at, new.ends_at)
    and not old.status in ('pending', 'confirmed')
  then
    raise exception using
      errcode = 'check_violation', constraint = 'appointments_only_open_ones_move',
      message = format('An appointment that is %s cannot be moved', old.status),
      hint = 'Move only pending and confirmed appointments.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.appointments_follow_the_state_machine() is
  'Refuses changes of status that status_transition does not list, and moves and changes of service of appointments that are neither pending nor confirmed, also from direct SQL.';

revoke execute on function schnittwerk_core.appointments_follow_the_state_machine from public;

create trigger appointments_follow_the_state_machine
before update of status, service_id, staff_id, starts_at, ends_at on schnittwerk_core.appointments
for each row execute function schnittwerk_core.appointments_follow_the_state_machine();
