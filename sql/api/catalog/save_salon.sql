create function schnittwerk_core.save_salon(
  p_name text, p_time_zone text, p_currency text, p_id uuid, p_clear text[]
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_salon', p_id, case when p_id is null then '{}' else '{admin}' end::text[],
    p_needs_salon => p_id is not null);
  v_change schnittwerk_core.open_time_change;
  v_salon schnittwerk_core.salon;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_name := schnittwerk_core.line(p_name);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
      schnittwerk_core.text_fault('p_time_zone', p_time_zone, 200, p_id is null),
      coalesce(
        schnittwerk_core.text_fault('p_currency', p_currency, 3, false),
        schnittwerk_core.fault(
          'p_currency', coalesce(p_currency !~ '^[A-Z]{3}$', false), 'invalid_currency',
          'p_currency must be an ISO 4217 code such as CHF')
      ),
      schnittwerk_core.clear_fault(p_clear, p_id, '{}')
    );
  end if;
  if v_caller.answer is null then
    begin
      if p_id is null then
        insert into schnittwerk_core.salon as s (name, time_zone, currency)
        values (p_name, p_time_zone, coalesce(p_currency, 'CHF'))
        returning s.* into v_salon;
      else
        -- Hours are local, so another time zone moves them.
        v_change := schnittwerk_core.begin_open_time_change(p_id);
        update schnittwerk_core.salon as s
        set
          name = coalesce(p_name, s.name),
          time_zone = coalesce(p_time_zone, s.time_zone),
          currency = coalesce(p_currency, s.currency)
        where s.id = p_id
        returning s.* into v_salon;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'salon',
        schnittwerk_core.salon_json(v_salon),
        case when p_id is null then 201 else 200 end)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_salon(text, text, text, uuid, text[]) is
  'Engine of schnittwerk.save_salon.';

revoke execute on function schnittwerk_core.save_salon from public;
grant execute on function schnittwerk_core.save_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_salon(
  p_name text,
  p_time_zone text,
  p_currency text default null,
  p_id uuid default null,
  p_clear text[] default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_salon(p_name, p_time_zone, p_currency, p_id, p_clear);

comment on function schnittwerk.save_salon(text, text, text, uuid, text[]) is
  'Adds a salon (the service only), or changes the given values of the one with p_id (its admins too). Answers {"salon", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). p_name: unique, at most 200 characters. p_time_zone: an IANA name such as Europe/Zurich; all hours and dates are local to it. p_currency: an ISO 4217 code; CHF for a new salon. p_id: the salon to change; null values then stay. p_clear: must be empty, since no value of a salon can be emptied. Refusals: not_authenticated, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_salon from public;
grant execute on function schnittwerk.save_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
