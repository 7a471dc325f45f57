create function schnittwerk_core.withdraw_fee(p_appointment schnittwerk_core.appointments)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fee schnittwerk_core.fee;
begin
  update schnittwerk_core.fee f
  set status = 'withdrawn', withdrawn_at = schnittwerk_core.clock()
  where f.salon_id = p_appointment.salon_id and f.appointment_id = p_appointment.id
    and f.status = 'owed'
  returning f.* into v_fee;
  return case when found then schnittwerk_core.fee_json(v_fee) end;
end
$$;

comment on function schnittwerk_core.withdraw_fee(schnittwerk_core.appointments) is
  'Withdraws the fee that is owed for an appointment and returns it; null if none is owed.';

revoke execute on function schnittwerk_core.withdraw_fee from public;
