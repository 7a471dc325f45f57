create view schnittwerk_core.appointment_history
with (security_invoker = true) as
select
  j.salon_id, j.subject_id as appointment_id, (j.after ->> 'version')::int as version,
  case when j.kind = 'rescheduled' and not j.before ?| '{service_id,staff_id,starts_at}' then 'changed'
    else j.kind end as action,
  j.user_id, j.role, p.reason, p.override_reason,
  w.was ->> 'status' as from_status, j.after ->> 'status' as to_status,
  (w.was ->> 'service_id')::uuid as from_service_id,
  (j.after ->> 'service_id')::uuid as to_service_id,
  (w.was ->> 'staff_id')::uuid as from_staff_id, (j.after ->> 'staff_id')::uuid as to_staff_id,
  (w.was ->> 'starts_at')::timestamptz as from_starts_at,
  (j.after ->> 'starts_at')::timestamptz as to_starts_at,
  j.correlation_id, j.occurred_at as created_at
from schnittwerk_core.journal j
-- Null for the booking itself.
cross join lateral (select j.after || j.before as was) w
left join schnittwerk_core.journal_personal p
  on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
where j.table_name = 'appointments' and schnittwerk_core.is_history(j.kind);

comment on view schnittwerk_core.appointment_history is
  'Every change of an appointment''s status, service, time or staff.';
comment on column schnittwerk_core.appointment_history.salon_id is 'The salon.';
comment on column schnittwerk_core.appointment_history.appointment_id is 'The appointment.';
comment on column schnittwerk_core.appointment_history.version is '1 for the booking, then one more with every change.';
comment on column schnittwerk_core.appointment_history.action is
  'created, confirmed, rescheduled, cancelled, completed, no_show, or changed (by direct SQL, in any other way).';
comment on column schnittwerk_core.appointment_history.user_id is 'Who; null = the service, or direct SQL.';
comment on column schnittwerk_core.appointment_history.role is
  'In which role: admin, receptionist, staff, customer, service; owner for direct SQL.';
comment on column schnittwerk_core.appointment_history.reason is 'Why, as the caller put it.';
comment on column schnittwerk_core.appointment_history.override_reason is 'Why rules were waived.';
comment on column schnittwerk_core.appointment_history.from_status is 'Status before.';
comment on column schnittwerk_core.appointment_history.to_status is 'Status after.';
comment on column schnittwerk_core.appointment_history.from_service_id is 'Service before.';
comment on column schnittwerk_core.appointment_history.to_service_id is 'Service after.';
comment on column schnittwerk_core.appointment_history.from_staff_id is 'Staff before.';
comment on column schnittwerk_core.appointment_history.to_staff_id is 'Staff after.';
comment on column schnittwerk_core.appointment_history.from_starts_at is 'Start before.';
comment on column schnittwerk_core.appointment_history.to_starts_at is 'Start after.';
comment on column schnittwerk_core.appointment_history.correlation_id is 'Ties the change to the request.';
comment on column schnittwerk_core.appointment_history.created_at is 'When.';
