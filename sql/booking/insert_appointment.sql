create function schnittwerk_core.insert_appointment(
  p_caller schnittwerk_core.caller,
  p_verdict schnittwerk_core.verdict,
  p_customer_id uuid,
  p_service_id uuid,
  p_notes text
)
returns schnittwerk_core.appointments
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies constant jsonb := p_caller.policies;
  v_appointment schnittwerk_core.appointments;
begin
  insert into schnittwerk_core.appointments as a (
    salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
    buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
    reschedule_deadline_hours, max_reschedules, late_cancellation_fee_percent, no_show_fee_percent,
    steps, units, notes, price_details, promotion_id
  )
  values (
    p_caller.salon_id, p_customer_id, p_verdict.staff_id, p_service_id,
    p_verdict.starts_at, p_verdict.ends_at,
    case when (v_policies ->> 'auto_confirm')::boolean then 'confirmed' else 'pending' end,
    p_verdict.price, p_verdict.buffer_before_minutes, p_verdict.buffer_after_minutes,
    (v_policies ->> 'cancellation_deadline_hours')::numeric,
    (v_policies ->> 'reschedule_deadline_hours')::numeric,
    (v_policies ->> 'max_reschedules')::numeric,
    nullif((v_policies ->> 'late_cancellation_fee_percent')::numeric, 0),
    nullif((v_policies ->> 'no_show_fee_percent')::numeric, 0),
    p_verdict.steps, p_verdict.units, p_notes, p_verdict.price_details, p_verdict.promotion_id
  )
  returning a.* into v_appointment;
  return v_appointment;
end
$$;

comment on function schnittwerk_core.insert_appointment(schnittwerk_core.caller, schnittwerk_core.verdict, uuid, uuid, text) is
  'Writes an appointment that passed the rules, on the terms of the verdict, with the deadlines, limits and fees that hold now.';

revoke execute on function schnittwerk_core.insert_appointment from public;
