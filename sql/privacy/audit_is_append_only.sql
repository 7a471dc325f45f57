create function schnittwerk_core.is_new_audit(p_salon_id uuid, p_audit_id uuid)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from schnittwerk_core.audit a
    where a.salon_id = p_salon_id and a.id = p_audit_id
      and a.occurred_at = schnittwerk_core.clock()
  );
end
$$;

comment on function schnittwerk_core.is_new_audit(uuid, uuid) is
  'Whether an entry of the audit trail was written by the statement that is under way.';

revoke execute on function schnittwerk_core.is_new_audit from public;

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
begin
  raise exception using
    errcode = 'restrict_violation',
    message = format('%s of %s is refused: the audit trail cannot be changed',
      tg_op, tg_table_name),
    hint = case tg_table_name
      when 'audit' then 'Entries that the policy retention_audit_days does not keep can be deleted.'
      when 'audit_personal' then 'Rows can be deleted, as erase_customer does with a customer''s.'
      else 'Truncating leaves nothing in it: delete the rows.' end;
end
$$;

comment on function schnittwerk_core.audit_is_append_only() is
  'Refuses whatever would change the audit trail, whoever writes.';

revoke execute on function schnittwerk_core.audit_is_append_only from public;

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

-- values are written with their entry, by record_audit: none is put in for others later
create trigger audit_personal_is_not_added_to
before insert on schnittwerk_core.audit_personal
for each row
when (not schnittwerk_core.is_new_audit(new.salon_id, new.audit_id))
execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_changed
before update on schnittwerk_core.audit_personal
for each row execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_truncated
before truncate on schnittwerk_core.audit_personal
for each statement execute function schnittwerk_core.audit_is_append_only();

-- Also where triggers are switched off, as for replication. A superuser can still do away with them.
alter table schnittwerk_core.audit enable always trigger audit_is_not_changed;
alter table schnittwerk_core.audit enable always trigger audit_is_not_deleted;
alter table schnittwerk_core.audit enable always trigger audit_is_not_truncated;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_changed;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_truncated;
