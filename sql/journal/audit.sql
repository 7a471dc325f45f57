create view schnittwerk_core.audit
with (security_invoker = true) as
select
  j.salon_id, j.id, j.number, j.occurred_at, j.table_name, j.row_key,
  case j.kind
    when 'created' then 'insert'
    when 'deleted' then 'delete'
    when 'erased' then 'erase'
    else 'update'
  end as action,
  j.user_id, j.role, j.login, j.is_override, j.correlation_id,
  j.before - schnittwerk_core.untold_columns() as before,
  case when j.before is null then j.after - schnittwerk_core.untold_columns()
    when j.after is not null then (
      select coalesce(jsonb_object_agg(b.key, j.after -> b.key), '{}')
      from jsonb_object_keys(j.before) b (key)
    )
  end as after
from schnittwerk_core.journal j
left join schnittwerk_core.salon_state z on z.salon_id = j.salon_id
where schnittwerk_core.is_audited(j.table_name)
  and j.occurred_at >= coalesce(z.audit_since, '-infinity');

comment on view schnittwerk_core.audit is
  'The audit trail: every change that people make, as far back as retention_audit_days keeps it. The trail of a deleted salon stays.';
comment on column schnittwerk_core.audit.salon_id is 'The salon.';
comment on column schnittwerk_core.audit.id is 'Identifies the entry within the salon.';
comment on column schnittwerk_core.audit.number is 'Orders the entries of a moment.';
comment on column schnittwerk_core.audit.occurred_at is 'When.';
comment on column schnittwerk_core.audit.table_name is 'Where.';
comment on column schnittwerk_core.audit.row_key is 'Which row: its primary key without the salon.';
comment on column schnittwerk_core.audit.action is 'insert, update, delete; erase: personal values.';
comment on column schnittwerk_core.audit.user_id is 'Who, if it was a user.';
comment on column schnittwerk_core.audit.role is 'In which role.';
comment on column schnittwerk_core.audit.login is 'The database login of the session.';
comment on column schnittwerk_core.audit.is_override is 'Whether rules were waived.';
comment on column schnittwerk_core.audit.correlation_id is 'Ties it to the answer.';
comment on column schnittwerk_core.audit.before is
  'The values before, without personal ones: for an update the columns that changed, for a deletion all.';
comment on column schnittwerk_core.audit.after is
  'The values after, without personal ones: for an update the columns that changed, for a new row all.';
