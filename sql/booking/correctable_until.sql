create function schnittwerk_core.correctable_until(
  p_appointment schnittwerk_core.appointments, p_override_reason text
)
returns timestamptz
language sql
stable
return case when p_override_reason is not null then (p_appointment).ends_at + make_interval(
  secs => 3600 * (schnittwerk_core.effective_policies((p_appointment).salon_id)
    ->> 'late_entry_hours')::float8
) end;

comment on function schnittwerk_core.correctable_until(schnittwerk_core.appointments, text) is
  'Until when the salon team can correct the status of an appointment that has begun. That takes a reason; null without one.';

revoke execute on function schnittwerk_core.correctable_until from public;
