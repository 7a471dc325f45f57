create function schnittwerk_core.judge_and_lock_units(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_expected_price numeric default null,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved schnittwerk_core.appointments default null,
  p_customer_id uuid default null,
  p_visit_id uuid default null,
  p_waits boolean default true
)
returns schnittwerk_core.verdict[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_verdicts schnittwerk_core.verdict[] := schnittwerk_core.judge_start(
    p_salon_id, p_service_id, p_staff_ids, p_starts_at, p_ends_at, p_expected_price,
    p_exclude_claim_ids, p_moved, p_customer_id, p_visit_id);
  v_verdict schnittwerk_core.verdict;
  v_units schnittwerk_core.unit_use[] := coalesce(p_moved.units, '{}');
begin
  foreach v_verdict in array v_verdicts loop
    v_units := v_units || v_verdict.units;
  end loop;
  if v_units = '{}' then
    return v_verdicts;
  elsif not schnittwerk_core.lock_units(p_salon_id, v_units, p_waits) then
    return '{}';
  end if;
  return schnittwerk_core.judge_start(
    p_salon_id, p_service_id, p_staff_ids, p_starts_at, p_ends_at, p_expected_price,
    p_exclude_claim_ids, p_moved, p_customer_id, p_visit_id);
end
$$;

comment on function schnittwerk_core.judge_and_lock_units(uuid, uuid, uuid[], timestamptz, timestamptz, numeric, uuid[], schnittwerk_core.appointments, uuid, uuid, boolean) is
  'judge_start for a writer that has locked the staff: if the service needs units, locks those of its pools, and judges again. Without p_waits it waits for no lock: no verdicts if another transaction has a unit.';

revoke execute on function schnittwerk_core.judge_and_lock_units from public;
