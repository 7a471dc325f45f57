create function schnittwerk.list_audit(
  p_from timestamptz,
  p_to timestamptz,
  p_table_name text default null,
  p_row_id uuid default null,
  p_user_id uuid default null,
  p_limit int default 100,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  occurred_at timestamptz,
  table_name text,
  row_key jsonb,
  action text,
  user_id uuid,
  role text,
  login text,
  is_override boolean,
  correlation_id text,
  before jsonb,
  after jsonb,
  reason text,
  override_reason text
)
language sql
stable
begin atomic
  select
    r.id, r.occurred_at, r.table_name, r.row_key, r.action, r.user_id, r.role, r.login,
    r.is_override, r.correlation_id, r.before, r.after, r.reason, r.override_reason
  from schnittwerk_core.list_audit(
    p_from, p_to, p_table_name, p_row_id, p_user_id, p_limit, p_salon_id
  ) r;
end;

comment on function schnittwerk.list_audit(timestamptz, timestamptz, text, uuid, uuid, int, uuid) is
  'The audit trail of [p_from, p_to), at most 400 days, newest first: who (user, role, database login) did what (insert, update, delete, erase) to which row (its key but for the salon), what was before and after (of a change the columns that changed), and why. p_table_name, p_row_id (any part of the key), p_user_id: only those; p_limit: 1 to 10000 rows. For admins. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.list_audit from public;
grant execute on function schnittwerk.list_audit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
