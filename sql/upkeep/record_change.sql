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
