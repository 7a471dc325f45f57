create function schnittwerk_core.require_verdict(
  p_salon_id uuid, p_verdict schnittwerk_core.verdict
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_code constant text := case when p_verdict.staff_id is null then 'service_not_offered'
    else p_verdict.failures[1] end;
begin
  if v_code is not null then
    perform schnittwerk_core.refuse(v_code, schnittwerk_core.refusal_details(
      v_code,
      schnittwerk_core.calendar_at(p_salon_id, p_verdict.starts_at),
      p_verdict.starts_at, p_verdict.duration_minutes, p_verdict.price
    ));
  end if;
end
$$;

comment on function schnittwerk_core.require_verdict(uuid, schnittwerk_core.verdict) is
  'Refuses with the first rule that a verdict fails, and with service_not_offered where nobody was judged.';

revoke execute on function schnittwerk_core.require_verdict from public;
