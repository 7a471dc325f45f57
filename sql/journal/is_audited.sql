create function schnittwerk_core.is_audited(p_table_name text)
returns boolean
language sql
immutable
parallel safe
return p_table_name not in ('waitlist_offer', 'appointment_reminder');

comment on function schnittwerk_core.is_audited(text) is
  'Whether the changes of a table belong to the audit trail. Those of the other tables only follow from changes that people make.';

revoke execute on function schnittwerk_core.is_audited from public;
