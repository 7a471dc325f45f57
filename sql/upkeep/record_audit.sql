create function schnittwerk_core.record_audit()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- what is written is the same whatever the client's zone
set timezone = 'UTC'
as $$
declare
  -- what tells nothing: when it was touched, and counters that only say that something else changed
  v_ignored constant text[] := array['updated_at', 'booking_turns', 'calendar_version'];
  v_actor constant jsonb := coalesce(schnittwerk_core.actor(), '{"role": "owner"}');
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - v_ignored end;
  v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - v_ignored end;
  v_row constant jsonb := coalesce(v_after, v_before);
  -- why an appointment was changed is its customer's, not that of who gets its time after them
  v_reasons constant jsonb := case tg_table_name when 'appointments' then v_actor else '{}' end;
  v_personal text[];
  v_audit_id uuid;
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, v_after -> b.key)
    into v_before, v_after
    from jsonb_each(v_before) b
    where v_after -> b.key <> b.value;
    if v_before is null then
      return null;
    end if;
  end if;
  v_personal := array(
    select p.column_name
    from schnittwerk_core.personal_column p
    where p.table_name = tg_table_name and coalesce(v_before, v_after) ? p.column_name
  );

  insert into schnittwerk_core.audit (
    salon_id, table_name, row_key, action, user_id, role, is_override, correlation_id,
    before, after
  )
  values (
    coalesce(v_row ->> 'salon_id', v_row ->> 'id')::uuid, tg_table_name,
    (select jsonb_object_agg(k.key, v_row -> k.key) from unnest(tg_argv) k (key)),
    lower(tg_op),
    (v_actor ->> 'user_id')::uuid, coalesce(v_actor ->> 'role', 'owner'),
    v_reasons ? 'override_reason', v_actor ->> 'correlation_id',
    v_before - v_personal, v_after - v_personal
  )
  returning id into v_audit_id;

  -- most rows have nothing of the kind
  if jsonb_strip_nulls(coalesce(v_before, '{}')) ?| v_personal
    or jsonb_strip_nulls(coalesce(v_after, '{}')) ?| v_personal
    or v_reasons ?| array['reason', 'override_reason']
  then
    insert into schnittwerk_core.audit_personal (
      salon_id, audit_id, subject_id, before, after, reason, override_reason
    )
    select
      coalesce(v_row ->> 'salon_id', v_row ->> 'id')::uuid, v_audit_id,
      coalesce(v_row ->> 'customer_id', v_row ->> 'staff_id', v_row ->> 'id')::uuid,
      jsonb_object_agg(k.key, v_before -> k.key) filter (where v_before -> k.key <> 'null'),
      jsonb_object_agg(k.key, v_after -> k.key) filter (where v_after -> k.key <> 'null'),
      v_reasons ->> 'reason', v_reasons ->> 'override_reason'
    from unnest(v_personal) k (key);
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.record_audit() is
  'Writes the audit trail of a table whose key, but for the salon, is in the trigger''s arguments. Personal columns, as personal_column has them, go to audit_personal; who and why come from start_body.';

revoke execute on function schnittwerk_core.record_audit from public;

create trigger salon_record_audit
after insert or update or delete on schnittwerk_core.salon
for each row execute function schnittwerk_core.record_audit('id');

create trigger booking_policies_record_audit
after insert or update or delete on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.record_audit('policy_key');

create trigger profiles_record_audit
after insert or update or delete on schnittwerk_core.profiles
for each row execute function schnittwerk_core.record_audit('id');

create trigger customers_record_audit
after insert or update or delete on schnittwerk_core.customers
for each row execute function schnittwerk_core.record_audit('id');

create trigger staff_record_audit
after insert or update or delete on schnittwerk_core.staff
for each row execute function schnittwerk_core.record_audit('id');

create trigger services_record_audit
after insert or update or delete on schnittwerk_core.services
for each row execute function schnittwerk_core.record_audit('id');

create trigger staff_services_record_audit
after insert or update or delete on schnittwerk_core.staff_services
for each row execute function schnittwerk_core.record_audit('service_id', 'staff_id');

create trigger opening_hours_record_audit
after insert or update or delete on schnittwerk_core.opening_hours
for each row execute function schnittwerk_core.record_audit('day_of_week', 'start_time');

create trigger special_hours_record_audit
after insert or update or delete on schnittwerk_core.special_hours
for each row execute function schnittwerk_core.record_audit('date', 'start_time');

create trigger holidays_record_audit
after insert or update or delete on schnittwerk_core.holidays
for each row execute function schnittwerk_core.record_audit('id');

create trigger holiday_staff_record_audit
after insert or update or delete on schnittwerk_core.holiday_staff
for each row execute function schnittwerk_core.record_audit('holiday_id', 'staff_id');

create trigger staff_availability_record_audit
after insert or update or delete on schnittwerk_core.staff_availability
for each row execute function schnittwerk_core.record_audit(
  'staff_id', 'day_of_week', 'start_time', 'availability_type');

create trigger staff_timeoff_record_audit
after insert or update or delete on schnittwerk_core.staff_timeoff
for each row execute function schnittwerk_core.record_audit('id');

create trigger appointments_record_audit
after insert or update or delete on schnittwerk_core.appointments
for each row execute function schnittwerk_core.record_audit('id');

create trigger waitlist_record_audit
after insert or update or delete on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.record_audit('id');

create trigger contact_preference_record_audit
after insert or update or delete on schnittwerk_core.contact_preference
for each row execute function schnittwerk_core.record_audit('customer_id');

create trigger contact_consent_record_audit
after insert or update or delete on schnittwerk_core.contact_consent
for each row execute function schnittwerk_core.record_audit('customer_id', 'channel');

create trigger salon_is_not_truncated
before truncate on schnittwerk_core.salon
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger booking_policies_is_not_truncated
before truncate on schnittwerk_core.booking_policies
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger profiles_is_not_truncated
before truncate on schnittwerk_core.profiles
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger customers_is_not_truncated
before truncate on schnittwerk_core.customers
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_is_not_truncated
before truncate on schnittwerk_core.staff
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger services_is_not_truncated
before truncate on schnittwerk_core.services
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_services_is_not_truncated
before truncate on schnittwerk_core.staff_services
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger opening_hours_is_not_truncated
before truncate on schnittwerk_core.opening_hours
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger special_hours_is_not_truncated
before truncate on schnittwerk_core.special_hours
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger holidays_is_not_truncated
before truncate on schnittwerk_core.holidays
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger holiday_staff_is_not_truncated
before truncate on schnittwerk_core.holiday_staff
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_availability_is_not_truncated
before truncate on schnittwerk_core.staff_availability
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_timeoff_is_not_truncated
before truncate on schnittwerk_core.staff_timeoff
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger appointments_is_not_truncated
before truncate on schnittwerk_core.appointments
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger waitlist_is_not_truncated
before truncate on schnittwerk_core.waitlist
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger contact_preference_is_not_truncated
before truncate on schnittwerk_core.contact_preference
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger contact_consent_is_not_truncated
before truncate on schnittwerk_core.contact_consent
for each statement execute function schnittwerk_core.audit_is_append_only();
