create function schnittwerk_core.fee_amount(p_price numeric, p_percent numeric, p_rounding numeric)
returns numeric
language sql
immutable
parallel safe
return least(
  p_price, schnittwerk_core.rounded_price(p_price * p_percent / 100, p_rounding));

comment on function schnittwerk_core.fee_amount(numeric, numeric, numeric) is
  'A percentage of a price, rounded half up to a multiple of p_rounding, but never more than the price.';

revoke execute on function schnittwerk_core.fee_amount from public;

create function schnittwerk_core.record_fee(
  p_appointment schnittwerk_core.appointments, p_cause text
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_percent constant numeric := case p_cause
    when 'late_cancellation' then p_appointment.late_cancellation_fee_percent
    when 'no_show' then p_appointment.no_show_fee_percent
  end;
begin
  -- Most appointments cost no fee and touch no table.
  if v_percent is null then
    return null;
  end if;
  insert into schnittwerk_core.fee as f (salon_id, appointment_id, customer_id, cause, amount)
  select p_appointment.salon_id, p_appointment.id, p_appointment.customer_id, p_cause, m.amount
  from schnittwerk_core.salon s
  cross join lateral (
    select schnittwerk_core.fee_amount(p_appointment.price, v_percent, s.price_rounding) as amount
  ) m
  where s.id = p_appointment.salon_id and m.amount > 0
  on conflict on constraint fee_pkey do update
  set cause = excluded.cause, amount = excluded.amount, status = 'owed', withdrawn_at = null
  -- What the salon team has waived stays waived.
  where f.status = 'withdrawn';
  return schnittwerk_core.fee_of(p_appointment.salon_id, p_appointment.id);
end
$$;

comment on function schnittwerk_core.record_fee(schnittwerk_core.appointments, text) is
  'Records the fee that was agreed for p_cause (late_cancellation or no_show) and returns it; null if none was agreed or it rounds to 0. A withdrawn fee is owed again.';

revoke execute on function schnittwerk_core.record_fee from public;
