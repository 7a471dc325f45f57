-- Deploy schnittwerk:upkeep

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/upkeep/keep_open_time.sql
create function schnittwerk_core.keep_open_time(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offsets constant schnittwerk_core.zone_offset[] := schnittwerk_core.keep_zone(p_salon_id);
  v_change schnittwerk_core.open_time_change;
begin
  if v_offsets is not null then
    v_change := schnittwerk_core.begin_open_time_change(p_salon_id, null, v_offsets);
    update schnittwerk_core.salon_state z
    set calendar_version = z.calendar_version + 1
    where z.salon_id = p_salon_id;
  end if;
  -- what can be booked reaches a day further every day
  perform schnittwerk_core.keep_weeks(p_salon_id);
  return schnittwerk_core.end_open_time_change(v_change);
end
$$;

comment on function schnittwerk_core.keep_open_time(uuid) is
  'Keeps the weeks of a salon''s calendar in step with time and with the server''s rules for its time zone. Returns {"affected_appointments": […]}: those that a change of the rules has moved out of open time.';

revoke execute on function schnittwerk_core.keep_open_time from public;
-- end include

-- include: sql/upkeep/record_audit.sql
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
-- end include

-- include: sql/upkeep/missing_months.sql
create function schnittwerk_core.missing_months()
returns table (table_name text, starts_at timestamptz, ends_at timestamptz)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_this_month constant timestamptz := date_trunc('month', schnittwerk_core.clock());
  v_month record;
  v_has_rows boolean;
begin
  for v_month in
    select t.name, t.time_column, m.starts_at
    from (
      values ('audit', 'occurred_at'), ('events', 'occurred_at'), ('refusal', 'created_at')
    ) t (name, time_column)
    cross join generate_series(
      v_this_month, v_this_month + interval '3 months', interval '1 month') m (starts_at)
    where to_regclass(format('schnittwerk_core.%I',
      t.name || to_char(m.starts_at, '_YYYY_MM'))) is null
  loop
    table_name := v_month.name;
    starts_at := v_month.starts_at;
    ends_at := starts_at + interval '1 month';
    execute format(
      'select exists ('
      '  select from (select id from schnittwerk_core.salon union all values ($1)) s'
      '  where exists ('
      '    select from schnittwerk_core.%1$I p'
      '    where p.salon_id = s.id and p.%2$I >= $2 and p.%2$I < $3))',
      table_name || '_default', v_month.time_column)
    into v_has_rows
    using '00000000-0000-0000-0000-000000000000'::uuid, starts_at, ends_at;
    if not v_has_rows then
      return next;
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.missing_months() is
  'The months, this one and three to come, that audit, events and refusal have no partition for yet and could have: one of which rows lie in the default partition stays there.';

revoke execute on function schnittwerk_core.missing_months from public;
-- end include

-- include: sql/upkeep/past_months.sql
create function schnittwerk_core.past_months()
returns table (table_name text, month_name text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
-- as bounds are written
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
  v_nobody constant uuid := uuid '00000000-0000-0000-0000-000000000000';
  v_partition record;
  v_gone uuid[];
  v_kept uuid[];
  v_is_kept boolean;
begin
  for v_partition in
    select t.name, t.policy_key, c.relname, b.bound[1]::timestamptz as starts_at,
      b.bound[2]::timestamptz as ends_at
    from (
      values
        ('audit', 'retention_audit_days'), ('events', 'retention_events_days'),
        ('refusal', 'retention_operations_days')
    ) t (name, policy_key)
    join pg_inherits i on i.inhparent = format('schnittwerk_core.%I', t.name)::regclass
    join pg_class c on c.oid = i.inhrelid
    cross join lateral regexp_match(
      pg_get_expr(c.relpartbound, c.oid), $re$FROM \('(.+)'\) TO \('(.+)'\)$re$) b (bound)
    where b.bound[2]::timestamptz <= schnittwerk_core.clock()
  loop
    select
      coalesce(array_agg(s.id) filter (where r.is_gone), '{}') || v_nobody,
      coalesce(array_agg(s.id) filter (where r.is_gone is not true), '{}')
    into v_gone, v_kept
    from schnittwerk_core.salon s
    cross join lateral (
      select v_partition.ends_at
        <= schnittwerk_core.retained_since(s.id, v_partition.policy_key) as is_gone
    ) r;
    continue when v_gone = array[v_nobody];
    -- by index, before all is read
    execute format(
      'select exists (select from unnest($1) s (id) where exists ('
      '    select from schnittwerk_core.%1$I p where p.salon_id = s.id))'
      ' or exists (select from schnittwerk_core.%1$I p where p.salon_id <> all ($2))',
      v_partition.relname)
    into v_is_kept
    using v_kept, v_gone;
    continue when v_is_kept or v_partition.name = 'events' and exists (
      select from schnittwerk_core.events e
      join schnittwerk_core.event_consumer c on c.salon_id = e.salon_id
      where e.occurred_at >= v_partition.starts_at and e.occurred_at < v_partition.ends_at
        and not pg_visible_in_snapshot(e.transaction_id, c.passed)
        and not (
          coalesce(pg_visible_in_snapshot(e.transaction_id, c.batch), false)
          and e.number <= c.batch_number
        )
      union all
      select from schnittwerk_core.event_delivery d
      where d.occurred_at >= v_partition.starts_at and d.occurred_at < v_partition.ends_at
        and d.status in ('pending', 'parked')
    );
    table_name := v_partition.name;
    month_name := v_partition.relname;
    return next;
  end loop;
end
$$;

comment on function schnittwerk_core.past_months() is
  'The partitions of which no salon''s retention policy keeps a row, and of events nobody has one yet to read or to deliver.';

revoke execute on function schnittwerk_core.past_months from public;
-- end include

-- include: sql/upkeep/keep_partitions.sql
create function schnittwerk_core.keep_partitions()
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set lock_timeout = 0
as $$
declare
  -- what refers to a table's rows, and has its months with it
  v_followers constant jsonb := jsonb '{"audit": "audit_personal", "events": "event_delivery"}';
  v_month record;
  v_follower text;
  v_made int := 0;
  v_dropped int := 0;
  v_nothing constant jsonb := jsonb '{"partitions_made": 0, "partitions_dropped": 0}';
begin
  if not exists (select from schnittwerk_core.missing_months())
    and not exists (select from schnittwerk_core.past_months())
  then
    return v_nothing;
  end if;
  -- One upkeep at a time: another salon's that holds this row is making the partitions. Nothing else
  -- locks the row so, and clients cannot reach it.
  perform from schnittwerk_core.policy_definition d
  where d.policy_key = 'retention_audit_days'
  for no key update skip locked;
  if not found then
    return v_nothing;
  end if;

  -- Who writes holds some of these tables and waits for others; so all are locked before anything
  -- is done. First the salon, which every call has read: once it is locked none is under way. It is
  -- needed as well, being what events refer to. For those who write by hand: a server looks for
  -- deadlocks after a while, and these six waits are over in less than half of it.
  perform set_config('lock_timeout', greatest(s.setting::int / 12, 1)::text, true)
  from pg_settings s
  where s.name = 'deadlock_timeout';
  begin
    lock table schnittwerk_core.salon, schnittwerk_core.audit, schnittwerk_core.audit_personal,
      schnittwerk_core.events, schnittwerk_core.event_delivery, schnittwerk_core.refusal
    in access exclusive mode;
  exception when lock_not_available then
    return v_nothing; -- there is time until the next upkeep
  end;

  for v_month in select m.* from schnittwerk_core.missing_months() m loop
    v_follower := v_followers ->> v_month.table_name;
    begin
      perform schnittwerk_core.make_partition(t.name, v_month.starts_at, v_month.ends_at)
      from unnest(array[v_month.table_name, v_follower]) t (name)
      where t.name is not null;
      v_made := v_made + 1;
    exception when check_violation or object_in_use then
      null; -- rows of a salon that is no more, or the caller's own query, are in the way
    end;
  end loop;

  for v_month in select m.* from schnittwerk_core.past_months() m loop
    v_follower := v_followers ->> v_month.table_name;
    begin
      if v_follower is not null then
        execute format('drop table schnittwerk_core.%I',
          v_follower || substr(v_month.month_name, length(v_month.table_name) + 1));
      end if;
      -- not dropped at once, since it is referred to: this looks whether any row is
      execute format('alter table schnittwerk_core.%I detach partition schnittwerk_core.%I',
        v_month.table_name, v_month.month_name);
      execute format('drop table schnittwerk_core.%I', v_month.month_name);
      v_dropped := v_dropped + 1;
    exception when foreign_key_violation or object_in_use or dependent_objects_still_exist then
      null; -- somebody has put something on it by hand
    end;
  end loop;
  return jsonb_build_object('partitions_made', v_made, 'partitions_dropped', v_dropped);
end
$$;

comment on function schnittwerk_core.keep_partitions() is
  'Makes the partitions of missing_months, drops those of past_months, and says how many months of a table: {"partitions_made", "partitions_dropped"}; none where others keep one of the tables busy. To be called before anything else that locks.';

revoke execute on function schnittwerk_core.keep_partitions from public;
-- end include

commit;
