create function schnittwerk_core.emit_reminders(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'emit_reminders', p_salon_id, '{}');
  v_now constant timestamptz := schnittwerk_core.clock();
  v_ahead interval;
  v_reminders int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      v_ahead := make_interval(secs => 3600 * (
        v_caller.policies ->> 'reminder_hours')::float8);

      with due as (
        insert into schnittwerk_core.appointment_reminder (salon_id, appointment_id, starts_at)
        select a.salon_id, a.id, a.starts_at
        from schnittwerk_core.appointments a
        where a.salon_id = v_caller.salon_id and a.status in ('pending', 'confirmed')
          and a.starts_at > v_now and a.starts_at <= v_now + v_ahead
          -- The first item reminds of the whole visit.
          and (a.visit_id is null or not exists (
            select from schnittwerk_core.appointments f
            where f.salon_id = a.salon_id and f.visit_id = a.visit_id and f.status <> 'cancelled'
              and (f.starts_at, f.visit_item) < (a.starts_at, a.visit_item)
          ))
          -- A start that was booked or moved after its reminder would have been due needs none. The
          -- start of a visit also moves when its first item is cancelled.
          and greatest(a.created_at, (
            select max(h.created_at)
            from schnittwerk_core.appointment_history h
            where h.salon_id = a.salon_id
              and h.appointment_id = any (array(
                select a.id
                union all
                select o.id
                from schnittwerk_core.appointments o
                where o.salon_id = a.salon_id and o.visit_id = a.visit_id
              ))
              and (h.from_starts_at <> h.to_starts_at or h.to_status = 'cancelled')
          )) <= a.starts_at - v_ahead
        on conflict on constraint appointment_reminder_pkey do nothing
        returning appointment_id
      )
      insert into schnittwerk_core.journal (
        salon_id, table_name, row_key, subject_id, kind, role, correlation_id, after
      )
      select
        a.salon_id, 'appointment_reminder',
        jsonb_build_object('appointment_id', a.id, 'starts_at', a.starts_at), a.id, 'due',
        v_caller.kind, v_caller.correlation_id,
        -- Free text may name people.
        schnittwerk_core.appointment_json(a) - '{notes,cancellation_reason}'::text[]
      from due d
      join schnittwerk_core.appointments a
        on a.salon_id = v_caller.salon_id and a.id = d.appointment_id;
      get diagnostics v_reminders = row_count;
      v_caller.answer := schnittwerk_core.success('reminders', to_jsonb(v_reminders));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.emit_reminders(uuid) is
  'Engine of schnittwerk.emit_reminders.';

revoke execute on function schnittwerk_core.emit_reminders from public;
grant execute on function schnittwerk_core.emit_reminders
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.emit_reminders(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.emit_reminders(p_salon_id);

comment on function schnittwerk.emit_reminders(uuid) is
  'Writes an event appointment.reminder_due for every pending or confirmed appointment that starts within the policy reminder_hours: once per appointment and start, and once per visit, for its first item. Answers {"reminders"}, their number. Appointments that were booked or moved after their reminder would have been due get none. If the policy is 0, no appointment gets one. Call it often; a relay does. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.emit_reminders from public;
grant execute on function schnittwerk.emit_reminders
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
