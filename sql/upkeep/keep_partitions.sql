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
