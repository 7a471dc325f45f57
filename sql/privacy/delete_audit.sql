create function schnittwerk_core.delete_audit(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- rows are looked up by their keys: a join of so many would read the whole table
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_entries bigint;
begin
  if p_is_dry_run then
    select count(*) into v_entries
    from schnittwerk_core.audit a
    where a.salon_id = p_salon_id and a.occurred_at < p_before;
    return v_entries;
  end if;
  with old as materialized (
    select a.occurred_at, a.id
    from schnittwerk_core.audit a
    where a.salon_id = p_salon_id and a.occurred_at < p_before
    order by a.occurred_at
    limit 10000
  ), gone as (
    delete from schnittwerk_core.audit a
    using old
    where a.salon_id = p_salon_id and a.occurred_at = old.occurred_at and a.id = old.id
    returning 1
  )
  select count(*) into v_entries from gone;
  return v_entries;
end
$$;

comment on function schnittwerk_core.delete_audit(uuid, timestamptz, boolean) is
  'Deletes the entries of the audit trail from before an instant, at most 10000, and says how many; none where that is null.';

revoke execute on function schnittwerk_core.delete_audit from public;
