create function schnittwerk_core.delete_operations(
  p_salon_id uuid, p_older_than_days int, p_is_dry_run boolean default false
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- Looks rows up by their keys: the plan for many rows would read the whole table.
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_before constant timestamptz :=
    schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_salon_ids constant uuid[] :=
    array[p_salon_id, '00000000-0000-0000-0000-000000000000'];
  v_operations bigint;
  v_refusals bigint;
begin
  if p_is_dry_run then
    return jsonb_build_object(
      'operations', (
        select count(*) from schnittwerk_core.booking_operations o
        where o.salon_id = p_salon_id and o.created_at < v_before
      ),
      'refusals', (
        select count(*) from schnittwerk_core.refusal r
        where r.salon_id = any (v_salon_ids) and r.created_at < v_before
      )
    );
  end if;
  -- Leaves locked rows to the next call, so that nobody waits for a purge.
  with gone as (
    delete from schnittwerk_core.booking_operations o
    where o.salon_id = p_salon_id and o.id = any (array(
      select old.id
      from schnittwerk_core.booking_operations old
      where old.salon_id = p_salon_id and old.created_at < v_before
      order by old.created_at
      limit 10000
      for update skip locked
    ))
    returning 1
  )
  select count(*) into v_operations from gone;

  with old as materialized (
    select r.salon_id, r.created_at, r.id
    from schnittwerk_core.refusal r
    where r.salon_id = any (v_salon_ids) and r.created_at < v_before
    limit 10000
    for update skip locked
  ), gone as (
    delete from schnittwerk_core.refusal r
    using old
    where r.salon_id = old.salon_id and r.created_at = old.created_at and r.id = old.id
    returning 1
  )
  select count(*) into v_refusals from gone;
  return jsonb_build_object('operations', v_operations, 'refusals', v_refusals);
end
$$;

comment on function schnittwerk_core.delete_operations(uuid, int, boolean) is
  'Deletes a salon''s operations and refusals that are older than the given days, at most 10000 of each. Returns their numbers: {"operations", "refusals"}. Refusals that belong to no salon are deleted with those of any salon. p_is_dry_run: only counts, without a limit.';

revoke execute on function schnittwerk_core.delete_operations from public;
