create function schnittwerk_core.audit_is_of_now()
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

comment on function schnittwerk_core.audit_is_of_now() is
  'Nobody writes an entry of another time, or of another login.';

revoke execute on function schnittwerk_core.audit_is_of_now from public;

create function schnittwerk_core.audit_is_append_only()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  -- of a partition the table, which is what whoever writes knows of
  v_table_name constant name := (
    select c.relname from pg_class c where c.oid = coalesce(pg_partition_root(tg_relid), tg_relid)
  );
begin
  raise exception using
    errcode = 'restrict_violation',
    message = format('%s of %s is refused: the audit trail cannot be changed',
      tg_op, v_table_name),
    hint = case v_table_name
      when 'audit' then 'Entries that the policy retention_audit_days does not keep can be deleted.'
      when 'audit_personal'
        then 'erase_customer and apply_retention delete values, and record that they did.'
      else 'Truncating leaves nothing in it: delete the rows.' end;
end
$$;

comment on function schnittwerk_core.audit_is_append_only() is
  'Refuses whatever would change the audit trail, whoever writes.';

revoke execute on function schnittwerk_core.audit_is_append_only from public;

create function schnittwerk_core.audit_values_may_go(
  p_salon_id uuid, p_occurred_at timestamptz, p_audit_id uuid, p_subject_id uuid
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    p_occurred_at < schnittwerk_core.retained_since(p_salon_id, 'retention_audit_days'), false
  ) or exists (
    select from schnittwerk_core.audit e
    where e.salon_id = p_salon_id and e.action = 'erase'
      -- of this statement: nobody writes an entry of another time
      and e.occurred_at = schnittwerk_core.clock()
      and e.row_key ->> 'id' in (p_subject_id::text, (
        select a.row_key ->> 'id'
        from schnittwerk_core.audit a
        where a.salon_id = p_salon_id and a.occurred_at = p_occurred_at and a.id = p_audit_id
      ))
  );
end
$$;

comment on function schnittwerk_core.audit_values_may_go(uuid, timestamptz, uuid, uuid) is
  'Whether an entry''s personal values may be deleted: they are past their retention, or the trail tells, by record_erasure in the same statement, that its row or subject is erased.';

revoke execute on function schnittwerk_core.audit_values_may_go from public;

create trigger audit_is_of_now
before insert on schnittwerk_core.audit
for each row execute function schnittwerk_core.audit_is_of_now();

create trigger audit_is_not_changed
before update on schnittwerk_core.audit
for each row execute function schnittwerk_core.audit_is_append_only();

-- the policy that lets them go is in the trail when it is set
create trigger audit_is_not_deleted
before delete on schnittwerk_core.audit
for each row
when (
  (old.occurred_at < schnittwerk_core.retained_since(old.salon_id, 'retention_audit_days'))
  is not true
)
execute function schnittwerk_core.audit_is_append_only();

create trigger audit_is_not_truncated
before truncate on schnittwerk_core.audit
for each statement execute function schnittwerk_core.audit_is_append_only();

-- Values are written with their entry, by record_audit: none is put in for others later. That the
-- entry is of the same moment is the reference's to say.
create trigger audit_personal_is_not_added_to
before insert on schnittwerk_core.audit_personal
for each row
when (new.occurred_at <> schnittwerk_core.clock())
execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_changed
before update on schnittwerk_core.audit_personal
for each row execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_deleted
before delete on schnittwerk_core.audit_personal
for each row
when (not schnittwerk_core.audit_values_may_go(
  old.salon_id, old.occurred_at, old.audit_id, old.subject_id))
execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_truncated
before truncate on schnittwerk_core.audit_personal
for each statement execute function schnittwerk_core.audit_is_append_only();

-- which partitions do not inherit; those of a month are made with it
create trigger audit_is_not_truncated
before truncate on schnittwerk_core.audit_default
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_truncated
before truncate on schnittwerk_core.audit_personal_default
for each statement execute function schnittwerk_core.audit_is_append_only();

-- Also where triggers are switched off, as for replication. A superuser can still do away with them.
alter table schnittwerk_core.audit enable always trigger audit_is_not_changed;
alter table schnittwerk_core.audit enable always trigger audit_is_not_deleted;
alter table schnittwerk_core.audit enable always trigger audit_is_not_truncated;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_changed;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_deleted;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_truncated;
alter table schnittwerk_core.audit_default enable always trigger audit_is_not_truncated;
alter table schnittwerk_core.audit_personal_default
  enable always trigger audit_personal_is_not_truncated;
