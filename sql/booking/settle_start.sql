create function schnittwerk_core.settle_start(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_ends_at timestamptz default null,
  p_expected_price numeric default null,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved schnittwerk_core.appointments default null,
  p_customer_id uuid default null,
  p_visit_id uuid default null,
  p_is_held boolean default false,
  p_takes_promotions boolean default false,
  p_promotion_code text default null
)
returns schnittwerk_core.verdict
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_locked_ids uuid[] := p_staff_ids;
  v_verdicts schnittwerk_core.verdict[];
  v_are_units_locked boolean := false;
  v_are_promotions_locked boolean := false;
  v_verdict schnittwerk_core.verdict;
begin
  if p_moved.staff_id is not null then
    v_locked_ids := p_staff_ids || p_moved.staff_id;
  end if;
  perform from schnittwerk_core.resource r
  where r.salon_id = p_salon_id and r.id = any (v_locked_ids)
  order by r.id
  for no key update;
  loop
    -- After the locks, in a later statement: it sees what others booked before they released them.
    v_verdicts := schnittwerk_core.judge_start(
      p_salon_id, p_service_id, p_staff_ids, p_starts_at, p_ends_at, p_expected_price,
      p_exclude_claim_ids, p_moved, p_customer_id, p_visit_id, p_is_held, p_takes_promotions,
      p_promotion_code);
    if not v_are_units_locked
      and (v_verdicts[1].units is not null or p_moved.units is not null)
    then
      v_are_units_locked := schnittwerk_core.lock_units(p_salon_id, v_verdicts, p_moved.units);
      continue;
    end if;
    v_verdict := v_verdicts[1];
    -- A sole candidate who passes needs no ranking.
    if cardinality(v_verdicts) <> 1 or v_verdict.failures <> '{}' then
      v_verdict := schnittwerk_core.best_verdict(p_salon_id, v_verdicts, p_are_rules_waived);
    end if;
    exit when v_verdict.promotions_to_lock is null or v_verdict.failures <> '{}'
      or v_are_promotions_locked;
    perform schnittwerk_core.take_promotion_turns(p_salon_id, v_verdict.promotions_to_lock);
    v_are_promotions_locked := true;
  end loop;
  if v_verdict.staff_id is null then
    perform schnittwerk_core.require_service_and_staff(p_salon_id, p_service_id, p_staff_ids);
    perform schnittwerk_core.refuse('service_not_offered');
  elsif v_verdict.failures <> '{}' then
    perform schnittwerk_core.refuse(v_verdict.failures[1], schnittwerk_core.refusal_details(
      v_verdict.failures[1],
      schnittwerk_core.week_calendar(p_salon_id, p_starts_at => p_starts_at),
      p_starts_at, v_verdict.ends_at, v_verdict.price, v_verdict.units
    ));
  end if;
  return v_verdict;
end
$$;

comment on function schnittwerk_core.settle_start(uuid, uuid, uuid[], timestamptz, boolean, timestamptz, numeric, uuid[], schnittwerk_core.appointments, uuid, uuid, boolean, boolean, text) is
  'Judges a start under locks and returns the verdict to book. Locks the given staff and the staff of a moved appointment by id, then the units that the service needs, then promotions whose uses are limited. Judges the start with each member of staff (judge_start) and chooses the best verdict (best_verdict). Refuses with the first rule that this one fails, and with not_found if the service or the staff do not exist.';

revoke execute on function schnittwerk_core.settle_start from public;
