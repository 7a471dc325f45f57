create function schnittwerk_core.insert_visit(
  p_caller schnittwerk_core.caller,
  p_verdicts schnittwerk_core.verdict[],
  p_customer_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_notes text
)
returns schnittwerk_core.appointments[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies constant jsonb := p_caller.policies;
  v_visit_id constant uuid := schnittwerk_core.new_id();
  v_visit schnittwerk_core.appointments[];
begin
  with item as (
    insert into schnittwerk_core.appointments as a (
      salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
      buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
      reschedule_deadline_hours, max_reschedules, late_cancellation_fee_percent,
      no_show_fee_percent, steps, units, visit_id, visit_item, notes, price_details,
      promotion_id
    )
    select
      p_caller.salon_id, p_customer_id, p_verdicts[v.n].staff_id, p_items[v.n].service_id,
      p_verdicts[v.n].starts_at, p_verdicts[v.n].ends_at,
      case when (v_policies ->> 'auto_confirm')::boolean then 'confirmed' else 'pending' end,
      p_verdicts[v.n].price, p_verdicts[v.n].buffer_before_minutes,
      p_verdicts[v.n].buffer_after_minutes,
      (v_policies ->> 'cancellation_deadline_hours')::numeric,
      (v_policies ->> 'reschedule_deadline_hours')::numeric,
      (v_policies ->> 'max_reschedules')::numeric,
      nullif((v_policies ->> 'late_cancellation_fee_percent')::numeric, 0),
      nullif((v_policies ->> 'no_show_fee_percent')::numeric, 0),
      p_verdicts[v.n].steps, p_verdicts[v.n].units, v_visit_id, v.n, p_notes,
      p_verdicts[v.n].price_details, p_verdicts[v.n].promotion_id
    from generate_subscripts(p_verdicts, 1) v (n)
    returning a.*
  )
  select array_agg(row(i.*)::schnittwerk_core.appointments order by i.visit_item) into v_visit
  from item i;
  return v_visit;
end
$$;

comment on function schnittwerk_core.insert_visit(schnittwerk_core.caller, schnittwerk_core.verdict[], uuid, schnittwerk_core.visit_item[], text) is
  'Writes the items of a visit in one statement, like insert_appointment, and returns them in order.';

revoke execute on function schnittwerk_core.insert_visit from public;
