create function schnittwerk_core.audit_is_append_only()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception using
    errcode = 'restrict_violation',
    message = format('%s of %s is refused: the audit trail cannot be changed', tg_op, tg_table_name),
    hint = case tg_table_name
      when 'audit' then 'Entries that the policy retention_audit_days does not keep can be deleted.'
      else 'Rows can be deleted, as erase_customer does with those of a customer.' end;
end
$$;

comment on function schnittwerk_core.audit_is_append_only() is
  'Refuses whatever would change the audit trail, whoever writes.';

revoke execute on function schnittwerk_core.audit_is_append_only from public;

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

create trigger audit_personal_is_not_changed
before update on schnittwerk_core.audit_personal
for each row execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_truncated
before truncate on schnittwerk_core.audit_personal
for each statement execute function schnittwerk_core.audit_is_append_only();

-- also where triggers are switched off, as for replication
alter table schnittwerk_core.audit enable always trigger audit_is_not_changed;
alter table schnittwerk_core.audit enable always trigger audit_is_not_deleted;
alter table schnittwerk_core.audit enable always trigger audit_is_not_truncated;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_changed;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_truncated;
