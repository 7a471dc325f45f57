create function schnittwerk_core.delete_audit(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entries uuid[];
begin
  v_entries := array(
    select a.id
    from schnittwerk_core.audit a
    where a.salon_id = p_salon_id and a.occurred_at < p_before
    order by a.occurred_at
    limit case when p_is_dry_run then null else 10000 end
  );
  if not p_is_dry_run then
    delete from schnittwerk_core.audit a
    where a.salon_id = p_salon_id and a.id = any (v_entries);
  end if;
  return cardinality(v_entries);
end
$$;

comment on function schnittwerk_core.delete_audit(uuid, timestamptz, boolean) is
  'Deletes the entries of the audit trail from before an instant, at most 10000, and says how many; none where that is null.';

revoke execute on function schnittwerk_core.delete_audit from public;
