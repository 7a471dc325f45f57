create function schnittwerk_core.list_audit(
  p_from timestamptz,
  p_to timestamptz,
  p_table_name text,
  p_row_id uuid,
  p_user_id uuid,
  p_limit int,
  p_salon_id uuid
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
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(variadic
    schnittwerk_core.instant_range_faults(p_from, p_to, 400) || array[
      schnittwerk_core.text_fault('p_table_name', p_table_name, 63, false),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
    ]);
  return query
  select
    a.id, a.occurred_at, a.table_name, a.row_key, a.action, a.user_id, a.role, a.login,
    a.is_override, a.correlation_id,
    coalesce(a.before || p.before, a.before, p.before),
    coalesce(a.after || p.after, a.after, p.after),
    p.reason, p.override_reason
  from schnittwerk_core.audit a
  left join schnittwerk_core.journal_personal p
    on p.salon_id = a.salon_id and p.occurred_at = a.occurred_at and p.journal_id = a.id
  where a.salon_id = v_caller.salon_id
    and a.occurred_at >= p_from and a.occurred_at < p_to
    and (p_table_name is null or a.table_name = p_table_name)
    and (p_user_id is null or a.user_id = p_user_id)
    and (p_row_id is null or exists (
      select from jsonb_each_text(a.row_key) k where k.value = p_row_id::text
    ))
  order by a.occurred_at desc, a.number desc
  limit p_limit;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_audit', v_count);
end
$$;

comment on function schnittwerk_core.list_audit(timestamptz, timestamptz, text, uuid, uuid, int, uuid) is
  'Engine of schnittwerk.list_audit.';

revoke execute on function schnittwerk_core.list_audit from public;
grant execute on function schnittwerk_core.list_audit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

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
  'The audit trail, newest first: who (user, role, database login) did what (insert, update, delete, erase) to which row (its key without the salon), the values before and after, and why. For an update it shows only the columns that changed. For admins. p_from, p_to: entries in [p_from, p_to), at most 400 days apart. p_table_name, p_row_id, p_user_id: filters; null means all. p_row_id matches any part of the key. p_limit: 1 to 10000 rows. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_audit from public;
grant execute on function schnittwerk.list_audit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
