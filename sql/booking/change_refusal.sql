create function schnittwerk_core.change_refusal(
  p_code text, p_appointment schnittwerk_core.appointments, p_error text
)
returns jsonb
language sql
volatile
return schnittwerk_core.failure(
  p_code,
  case p_code
    when 'wrong_status' then case
      when (p_appointment).status in ('pending', 'confirmed')
        and (p_appointment).starts_at <= schnittwerk_core.clock()
        then 'The appointment has begun'
      else 'The appointment is ' || replace((p_appointment).status, '_', ' ')
    end
    else (
      select format(e.details, case p_code
        when 'cancellation_deadline_passed'
          then trim_scale((p_appointment).cancellation_deadline_hours)::text
        when 'reschedule_deadline_passed'
          then trim_scale((p_appointment).reschedule_deadline_hours)::text
        when 'reschedule_limit_reached' then (p_appointment).max_reschedules::text
      end)
      from schnittwerk_core.error_code e
      where e.code = p_code
    )
  end,
  jsonb_build_object('error', p_error)
);

comment on function schnittwerk_core.change_refusal(text, schnittwerk_core.appointments, text) is
  'The answer to a change of an appointment that change_failures or its status forbids; p_error says what failed.';

revoke execute on function schnittwerk_core.change_refusal from public;
