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
  -- The booking horizon moves every day.
  perform schnittwerk_core.keep_weeks(p_salon_id);
  return schnittwerk_core.end_open_time_change(v_change);
end
$$;

comment on function schnittwerk_core.keep_open_time(uuid) is
  'Computes the weeks of a salon''s calendar that have come within the horizon, and all weeks if the server''s rules for its time zone have changed. Returns {"affected_appointments": […]}: those that a change of the rules has moved out of open time.';

revoke execute on function schnittwerk_core.keep_open_time from public;
-- end include

-- include: sql/upkeep/record_change.sql
create function schnittwerk_core.record_change()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- Entries have times in UTC, whatever the client's time zone.
set timezone = 'UTC'
as $$
declare
  v_personal constant text[] := tg_argv[2]::text[];
  v_actor constant jsonb := schnittwerk_core.actor();
  v_reason text;
  v_override_reason text;
  v_before jsonb;
  v_after jsonb;
  v_row jsonb;
  v_row_key jsonb;
  v_told jsonb;
  v_kind text;
  v_id uuid;
begin
  if tg_op = 'INSERT' then
    v_after := to_jsonb(new);
    v_row := v_after;
    v_told := v_after;
    v_kind := 'created';
  elsif tg_op = 'UPDATE' then
    v_after := to_jsonb(new);
    v_row := v_after;
    select jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, v_after -> b.key)
    into v_before, v_told
    from jsonb_each(to_jsonb(old) - schnittwerk_core.untold_columns()) b
    where v_after -> b.key <> b.value;
    if v_before is null then
      return null;
    end if;
    v_kind := case
      when v_before ? 'status' then v_after ->> 'status'
      when v_before ?| tg_argv[3]::text[] then 'rescheduled'
      else 'updated'
    end;
  elsif tg_op = 'DELETE' then
    v_before := to_jsonb(old);
    -- Upkeep deletes these, and the journal already has how they ended.
    if tg_argv[0] in ('hold', 'waitlist_offer') and v_before ->> 'status' <> 'open' then
      return null;
    end if;
    v_row := v_before;
    v_kind := 'deleted';
  else
    raise exception using
      errcode = 'restrict_violation',
      message = format('%s of %s is refused: the journal would not tell of it', tg_op, tg_argv[0]),
      hint = 'Delete the rows.';
  end if;
  if tg_argv[1] = '{id}' then
    v_row_key := jsonb_build_object('id', v_row -> 'id');
  else
    select jsonb_object_agg(k.key, v_row -> k.key) into v_row_key
    from unnest(tg_argv[1]::text[]) k (key);
  end if;
  -- The reason belongs to this appointment's customer, not to the next who gets its time.
  if tg_argv[0] in ('appointments', 'fee') then
    v_reason := v_actor ->> 'reason';
    v_override_reason := v_actor ->> 'override_reason';
  end if;

  insert into schnittwerk_core.journal (
    salon_id, table_name, row_key, subject_id, kind, user_id, role, operation_id, correlation_id,
    is_override, before, after
  )
  values (
    -- Under sharding and partitioning tg_table_name differs.
    coalesce(v_row ->> 'salon_id', v_row ->> 'id')::uuid, tg_argv[0], v_row_key,
    (v_row ->> tg_argv[4])::uuid, v_kind, (v_actor ->> 'user_id')::uuid,
    coalesce(v_actor ->> 'role', 'owner'),
    (v_actor ->> 'operation_id')::uuid, v_actor ->> 'correlation_id',
    v_override_reason is not null, v_before - v_personal, v_after - v_personal
  )
  returning id into v_id;

  -- Most rows have no personal values.
  if jsonb_strip_nulls(v_told) ?| v_personal
    or jsonb_strip_nulls(v_before) ?| v_personal
    or num_nonnulls(v_reason, v_override_reason) > 0
  then
    insert into schnittwerk_core.journal_personal (
      salon_id, journal_id, subject_id, before, after, reason, override_reason
    )
    select
      coalesce(v_row ->> 'salon_id', v_row ->> 'id')::uuid, v_id,
      coalesce(
        v_row ->> 'customer_id',
        case tg_argv[0]
          when 'waitlist_offer' then (
            select w.customer_id::text
            from schnittwerk_core.waitlist w
            where w.salon_id = (v_row ->> 'salon_id')::uuid and w.id = (v_row ->> 'entry_id')::uuid
          )
          -- A hold for nobody yet can be found by the appointment that it becomes.
          when 'hold' then v_row ->> 'id'
        end,
        v_row ->> 'staff_id', v_row ->> 'id')::uuid,
      jsonb_object_agg(k.key, v_before -> k.key) filter (where v_before -> k.key <> 'null'),
      jsonb_object_agg(k.key, v_told -> k.key) filter (where v_told -> k.key <> 'null'),
      v_reason, v_override_reason
    from unnest(v_personal) k (key);
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.record_change() is
  'Writes the journal of a table, and refuses to truncate the table. Arguments: the table''s name; its key without the salon; its personal columns, which go to journal_personal; the columns whose change is a move; the column that identifies the subject of an entry. Who made the change, and why, come from start_body.';

revoke execute on function schnittwerk_core.record_change from public;

-- What the journal records: everything that people decide, and what events announce.
do $$
declare
  v_table record;
  v_arguments text;
begin
  for v_table in
    select
      t.name, t.moved, k.key, format('schnittwerk_core.%I', t.name) as qualified_name,
      array(
        select p.column_name
        from schnittwerk_core.personal_column p
        where p.table_name = t.name
        order by p.column_name
      ) as personal
    from (
      values
        ('salon', '{}'), ('booking_policies', '{}'), ('profiles', '{}'), ('customers', '{}'),
        ('customer_merge', '{}'),
        ('staff', '{}'), ('unit', '{}'), ('unit_closure', '{}'), ('services', '{}'),
        ('price_rule', '{}'), ('staff_services', '{}'), ('opening_hours', '{}'), ('special_hours', '{}'),
        ('holidays', '{}'), ('holiday_staff', '{}'),
        ('staff_availability', '{}'), ('staff_timeoff', '{}'), ('waitlist', '{}'),
        ('waitlist_offer', '{}'), ('hold', '{}'), ('contact_preference', '{}'), ('contact_consent', '{}'),
        ('fee', '{}'), ('appointments', '{service_id,staff_id,starts_at,ends_at}')
    ) t (name, moved)
    join pg_constraint c
      on c.conrelid = format('schnittwerk_core.%I', t.name)::regclass and c.contype = 'p'
    cross join lateral (
      select array_agg(a.attname order by n.n) as key
      from unnest(c.conkey) with ordinality n (attnum, n)
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = n.attnum
      where a.attname <> 'salon_id'
    ) k
  loop
    v_arguments := concat_ws(', ',
      quote_literal(v_table.name), quote_literal(v_table.key), quote_literal(v_table.personal),
      quote_literal(v_table.moved),
      quote_literal(case when v_table.key[1] ~ 'id$' then v_table.key[1] else 'salon_id' end));
    execute format(
      'create trigger %I after insert or update or delete on %s'
      ' for each row execute function schnittwerk_core.record_change(%s)',
      v_table.name || '_record_change', v_table.qualified_name, v_arguments);
    execute format(
      'create trigger %I before truncate on %s'
      ' for each statement execute function schnittwerk_core.record_change(%s)',
      v_table.name || '_is_not_truncated', v_table.qualified_name, v_arguments);
  end loop;
end
$$;
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
      values
        ('journal', 'occurred_at'), ('event_delivery', 'occurred_at'), ('refusal', 'created_at')
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
  'The months, this one and the next three, for which journal, event_delivery and refusal need a partition. Leaves out a month that has rows in the default partition: these stay there.';

revoke execute on function schnittwerk_core.missing_months from public;
-- end include

-- include: sql/upkeep/past_months.sql
create function schnittwerk_core.past_months()
returns table (table_name text, month_name text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
-- the notation of partition bounds
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
    select t.name, c.relname, b.bound[1]::timestamptz as ends_at
    from unnest('{journal,event_delivery,refusal}'::text[]) t (name)
    join pg_inherits i on i.inhparent = format('schnittwerk_core.%I', t.name)::regclass
    join pg_class c on c.oid = i.inhrelid
    cross join lateral regexp_match(
      pg_get_expr(c.relpartbound, c.oid), $re$TO \('(.+)'\)$re$) b (bound)
    where b.bound[1]::timestamptz <= schnittwerk_core.clock()
  loop
    -- A month's refusals go with their partition once no policy keeps them. In the other tables
    -- apply_retention deletes all rows that nothing needs: those that are left are needed.
    select
      coalesce(array_agg(s.id) filter (where r.is_gone), '{}') || v_nobody,
      coalesce(array_agg(s.id) filter (where r.is_gone is not true), '{}')
    into v_gone, v_kept
    from schnittwerk_core.salon s
    cross join lateral (
      select v_partition.name = 'refusal' and v_partition.ends_at
        <= schnittwerk_core.retained_since(s.id, 'retention_operations_days') as is_gone
    ) r;
    -- Looks in the index before it reads the whole partition.
    execute format(
      'select exists (select from unnest($1) s (id) where exists ('
      '    select from schnittwerk_core.%1$I p where p.salon_id = s.id))'
      ' or exists (select from schnittwerk_core.%1$I p where p.salon_id <> all ($2))',
      v_partition.relname)
    into v_is_kept
    using v_kept, v_gone;
    if not v_is_kept then
      table_name := v_partition.name;
      month_name := v_partition.relname;
      return next;
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.past_months() is
  'The partitions of past months that can be dropped: of refusals those that no salon''s retention policy keeps, of the journal and the deliveries those without rows.';

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
  -- Tables that refer to another's rows and have the same months
  v_followers constant jsonb := jsonb '{"journal": "journal_personal"}';
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
  -- One upkeep at a time: if another salon's holds this row, that one makes the partitions. Nothing
  -- else locks the row, and clients cannot reach it.
  perform from schnittwerk_core.policy_definition d
  where d.policy_key = 'retention_audit_days'
  for no key update skip locked;
  if not found then
    return v_nothing;
  end if;

  -- A writer holds some of these tables and may wait for others, so all are locked first. The salon
  -- comes before the rest: every call reads it, so once it is locked no call is running. Direct SQL
  -- may still deadlock with these five waits. They give up in less than half of deadlock_timeout,
  -- before the server cancels anybody.
  perform set_config('lock_timeout', greatest(s.setting::int / 12, 1)::text, true)
  from pg_settings s
  where s.name = 'deadlock_timeout';
  begin
    lock table schnittwerk_core.salon, schnittwerk_core.journal,
      schnittwerk_core.journal_personal, schnittwerk_core.event_delivery, schnittwerk_core.refusal
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
      null; -- rows of a deleted salon, or a query of the caller's, are in the way
    end;
  end loop;

  for v_month in select m.* from schnittwerk_core.past_months() m loop
    v_follower := v_followers ->> v_month.table_name;
    begin
      if v_follower is not null then
        execute format('drop table schnittwerk_core.%I',
          v_follower || substr(v_month.month_name, length(v_month.table_name) + 1));
      end if;
      -- Detached before it is dropped: detaching checks that nothing refers to its rows.
      execute format('alter table schnittwerk_core.%I detach partition schnittwerk_core.%I',
        v_month.table_name, v_month.month_name);
      execute format('drop table schnittwerk_core.%I', v_month.month_name);
      v_dropped := v_dropped + 1;
    exception when foreign_key_violation or object_in_use or dependent_objects_still_exist then
      null; -- direct SQL has made something depend on it
    end;
  end loop;
  return jsonb_build_object('partitions_made', v_made, 'partitions_dropped', v_dropped);
end
$$;

comment on function schnittwerk_core.keep_partitions() is
  'Creates the partitions of missing_months, drops those of past_months, and returns how many: {"partitions_made", "partitions_dropped"}. Does nothing if one of the tables is busy. Call it before taking any other lock.';

revoke execute on function schnittwerk_core.keep_partitions from public;
-- end include

-- include: sql/upkeep/delete_ended_holds.sql
create function schnittwerk_core.delete_ended_holds(p_salon_id uuid, p_before timestamptz)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- Looks rows up by their keys, like delete_operations.
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_holds bigint;
  v_offers bigint;
begin
  with gone as (
    delete from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.id = any (array(
      select old.id
      from schnittwerk_core.hold old
      where old.salon_id = p_salon_id and old.created_at < p_before
        and old.status <> 'open' and old.updated_at < p_before
        -- customers_gone_since needs a customer's last hold.
        and (old.customer_id is null or exists (
          select from schnittwerk_core.hold later
          where later.salon_id = p_salon_id and later.customer_id = old.customer_id
            and (later.expires_at, later.id) > (old.expires_at, old.id)
        ))
        -- An erasure finds a customer's deliveries by their subjects.
        and not exists (
          select from schnittwerk_core.event_delivery d
          where d.salon_id = p_salon_id and d.subject_id = old.id
        )
      order by old.created_at
      limit 10000
      for update skip locked
    ))
    returning 1
  )
  select count(*) into v_holds from gone;

  with gone as (
    delete from schnittwerk_core.waitlist_offer o
    where o.salon_id = p_salon_id and o.id = any (array(
      select old.id
      from schnittwerk_core.waitlist_offer old
      where old.salon_id = p_salon_id and old.created_at < p_before
        and old.status <> 'open' and old.updated_at < p_before
        -- Until its start may_be_offered needs it.
        and old.starts_at < schnittwerk_core.clock()
        and not exists (
          select from schnittwerk_core.event_delivery d
          where d.salon_id = p_salon_id and d.subject_id = old.id
        )
      order by old.created_at
      limit 10000
      for update skip locked
    ))
    returning 1
  )
  select count(*) into v_offers from gone;
  return jsonb_build_object('ended_holds', v_holds, 'ended_offers', v_offers);
end
$$;

comment on function schnittwerk_core.delete_ended_holds(uuid, timestamptz) is
  'Deletes a salon''s holds and waitlist offers that ended before an instant, at most 10000 of each. Returns their numbers: {"ended_holds", "ended_offers"}. Keeps a customer''s last hold, offers of future starts, and the subjects of deliveries.';

revoke execute on function schnittwerk_core.delete_ended_holds from public;
-- end include

commit;
