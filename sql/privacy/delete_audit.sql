create function schnittwerk_core.delete_audit(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_from timestamptz;
  v_until timestamptz := p_before;
  v_entries bigint;
begin
  select coalesce(z.audit_since, '-infinity') into v_from
  from schnittwerk_core.salon_state z
  where z.salon_id = p_salon_id;
  if not p_is_dry_run then
    v_until := schnittwerk_core.few_until('audit', p_salon_id, p_before);
  end if;
  select count(*) into v_entries
  from schnittwerk_core.audit a
  where a.salon_id = p_salon_id and a.occurred_at < v_until;
  if v_entries = 0 or p_is_dry_run then
    return v_entries;
  end if;
  update schnittwerk_core.salon_state z
  set audit_since = greatest(z.audit_since, v_until)
  where z.salon_id = p_salon_id;
  delete from schnittwerk_core.journal_personal p
  where p.salon_id = p_salon_id and p.occurred_at >= v_from and p.occurred_at < v_until
    and (num_nonnulls(p.reason, p.override_reason) = 0 or exists (
      select from schnittwerk_core.journal j
      where j.salon_id = p.salon_id and j.occurred_at = p.occurred_at and j.id = p.journal_id
        and j.table_name <> 'appointments'
    ));
  update schnittwerk_core.journal_personal p
  set before = null, after = null
  where p.salon_id = p_salon_id and p.occurred_at >= v_from and p.occurred_at < v_until
    and num_nonnulls(p.before, p.after) > 0;
  perform schnittwerk_core.let_go(p_salon_id, v_from, v_until);
  return v_entries;
end
$$;

comment on function schnittwerk_core.delete_audit(uuid, timestamptz, boolean) is
  'Releases about 10000 entries of the audit trail from before an instant and returns how many; none if the instant is null. Deletes their personal values, except the reasons in the history of appointments, and the entries themselves unless something else needs them.';

revoke execute on function schnittwerk_core.delete_audit from public;
