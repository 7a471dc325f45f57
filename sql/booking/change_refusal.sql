create function schnittwerk_core.change_refusal(
  p_code text, p_appointment schnittwerk_core.appointments, p_error text
)
returns jsonb
language sql
volatile
return schnittwerk_core.failure(
  p_code,
  schnittwerk_core.change_details(p_code, p_appointment),
  jsonb_build_object('error', p_error)
);

comment on function schnittwerk_core.change_refusal(text, schnittwerk_core.appointments, text) is
  'The answer to a change of an appointment that change_failures or its status forbids; p_error says what failed.';

revoke execute on function schnittwerk_core.change_refusal from public;
