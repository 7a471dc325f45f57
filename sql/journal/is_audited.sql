create function schnittwerk_core.is_audited(p_table_name text)
returns boolean
language sql
immutable
parallel safe
return p_table_name not in ('waitlist_offer', 'appointment_reminder');

comment on function schnittwerk_core.is_audited(text) is
  'Whether people decide what is in a table of the journal; the rest follows from it and is no part of the audit trail.';

revoke execute on function schnittwerk_core.is_audited from public;
