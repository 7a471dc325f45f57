create function schnittwerk_core.journal_is_of_now()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  new.occurred_at := schnittwerk_core.clock();
  new.login := session_user;
  return new;
end
$$;

comment on function schnittwerk_core.journal_is_of_now() is
  'Sets the time and the login of a new entry, so that nobody can write one for another time or login.';

revoke execute on function schnittwerk_core.journal_is_of_now from public;

create function schnittwerk_core.journal_is_append_only()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  -- The message names the table, not its partition: writers know only the table.
  v_table_name constant name := (
    select c.relname from pg_class c where c.oid = coalesce(pg_partition_root(tg_relid), tg_relid)
  );
begin
  raise exception using
    errcode = 'restrict_violation',
    message = format('%s of %s is refused: the journal cannot be changed', tg_op, v_table_name),
    hint = case v_table_name
      when 'journal' then 'apply_retention deletes entries that no retention policy keeps.'
      else 'erase_customer and apply_retention delete values, and record that they did.' end;
end
$$;

comment on function schnittwerk_core.journal_is_append_only() is
  'Refuses every change of the journal, even by its owner.';

revoke execute on function schnittwerk_core.journal_is_append_only from public;

create function schnittwerk_core.is_past_audit(p_salon_id uuid, p_occurred_at timestamptz)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    p_occurred_at < schnittwerk_core.retained_since(p_salon_id, 'retention_audit_days'), false);
end
$$;

comment on function schnittwerk_core.is_past_audit(uuid, timestamptz) is
  'Whether retention_audit_days has passed since an instant. The audit trail shows who set that policy.';

revoke execute on function schnittwerk_core.is_past_audit from public;

create function schnittwerk_core.journal_may_go(p_entry schnittwerk_core.journal)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    not schnittwerk_core.is_audited(p_entry.table_name)
    or schnittwerk_core.is_past_audit(p_entry.salon_id, p_entry.occurred_at)
  ) and (
    p_entry.table_name <> 'appointments'
    or not schnittwerk_core.is_history(p_entry.kind)
    or exists (
      select from schnittwerk_core.journal d
      where d.salon_id = p_entry.salon_id and d.subject_id = p_entry.subject_id
        and d.table_name = p_entry.table_name and d.kind = 'deleted'
    )
  );
end
$$;

comment on function schnittwerk_core.journal_may_go(schnittwerk_core.journal) is
  'Whether an entry may be deleted: it is past its retention in the audit trail, and not the history of an appointment that exists.';

revoke execute on function schnittwerk_core.journal_may_go from public;

create function schnittwerk_core.journal_values_may_go(
  p_salon_id uuid, p_occurred_at timestamptz, p_journal_id uuid, p_subject_id uuid
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return schnittwerk_core.is_past_audit(p_salon_id, p_occurred_at) or exists (
    select from schnittwerk_core.journal e
    where e.salon_id = p_salon_id and e.kind = 'erased'
      -- Written by this statement: nobody can write an entry for another time.
      and e.occurred_at = schnittwerk_core.clock()
      and e.subject_id in (p_subject_id, (
        select j.subject_id
        from schnittwerk_core.journal j
        where j.salon_id = p_salon_id and j.occurred_at = p_occurred_at and j.id = p_journal_id
      ))
  );
end
$$;

comment on function schnittwerk_core.journal_values_may_go(uuid, timestamptz, uuid, uuid) is
  'Whether an entry''s personal values may be deleted: they are past their retention, or record_erasure has recorded in the same statement that its row or subject is erased.';

revoke execute on function schnittwerk_core.journal_values_may_go from public;

-- No condition: the server would parse it at every insert.
create trigger journal_is_of_now
before insert on schnittwerk_core.journal
for each row execute function schnittwerk_core.journal_is_of_now();

create trigger journal_is_not_changed
before update on schnittwerk_core.journal
for each row execute function schnittwerk_core.journal_is_append_only();

create trigger journal_is_not_deleted
before delete on schnittwerk_core.journal
for each row
when (not schnittwerk_core.journal_may_go(old))
execute function schnittwerk_core.journal_is_append_only();

create trigger journal_is_not_truncated
before truncate on schnittwerk_core.journal
for each statement execute function schnittwerk_core.journal_is_append_only();

-- record_change writes values together with their entry. Nobody can add any later: the foreign key
-- demands an entry of the same moment.
create trigger journal_personal_is_not_added_to
before insert on schnittwerk_core.journal_personal
for each row
when (new.occurred_at <> schnittwerk_core.clock())
execute function schnittwerk_core.journal_is_append_only();

-- Past their retention values are emptied, while the reasons of an existing appointment stay.
create trigger journal_personal_is_not_changed
before update on schnittwerk_core.journal_personal
for each row
when (
  num_nonnulls(new.before, new.after) > 0
  or (new.salon_id, new.occurred_at, new.journal_id, new.subject_id, new.reason, new.override_reason)
    is distinct from
    (old.salon_id, old.occurred_at, old.journal_id, old.subject_id, old.reason, old.override_reason)
  or not schnittwerk_core.is_past_audit(old.salon_id, old.occurred_at)
)
execute function schnittwerk_core.journal_is_append_only();

create trigger journal_personal_is_not_deleted
before delete on schnittwerk_core.journal_personal
for each row
when (not schnittwerk_core.journal_values_may_go(
  old.salon_id, old.occurred_at, old.journal_id, old.subject_id))
execute function schnittwerk_core.journal_is_append_only();

create trigger journal_personal_is_not_truncated
before truncate on schnittwerk_core.journal_personal
for each statement execute function schnittwerk_core.journal_is_append_only();

-- Partitions do not inherit these triggers; make_partition creates those of the months.
create trigger journal_is_not_truncated
before truncate on schnittwerk_core.journal_default
for each statement execute function schnittwerk_core.journal_is_append_only();

create trigger journal_personal_is_not_truncated
before truncate on schnittwerk_core.journal_personal_default
for each statement execute function schnittwerk_core.journal_is_append_only();

-- These also fire where session_replication_role switches triggers off.
alter table schnittwerk_core.journal enable always trigger journal_is_not_changed;
alter table schnittwerk_core.journal enable always trigger journal_is_not_deleted;
alter table schnittwerk_core.journal enable always trigger journal_is_not_truncated;
alter table schnittwerk_core.journal_personal enable always trigger journal_personal_is_not_changed;
alter table schnittwerk_core.journal_personal enable always trigger journal_personal_is_not_deleted;
alter table schnittwerk_core.journal_personal
  enable always trigger journal_personal_is_not_truncated;
alter table schnittwerk_core.journal_default enable always trigger journal_is_not_truncated;
alter table schnittwerk_core.journal_personal_default
  enable always trigger journal_personal_is_not_truncated;
