create function schnittwerk_core.busy_with(
  p_salon_id uuid,
  p_customer_id uuid,
  p_from timestamptz,
  p_until timestamptz,
  p_exclude_ids uuid[] default '{}',
  p_visit_id uuid default null
)
returns setof schnittwerk_core.appointments
language sql
stable
begin atomic
  select a.*
  from schnittwerk_core.appointments a
  where a.salon_id = p_salon_id and a.customer_id = p_customer_id
    and schnittwerk_core.is_live(a.status)
    -- Bounds the scan: no appointment lasts longer.
    and a.starts_at > p_from - interval '72 hours' and a.starts_at < p_until
    and a.ends_at > p_from
    and a.id <> all (p_exclude_ids)
    and (a.visit_id = p_visit_id) is not true;
end;

comment on function schnittwerk_core.busy_with(uuid, uuid, timestamptz, timestamptz, uuid[], uuid) is
  'The live appointments of a customer that overlap [p_from, p_until), without p_exclude_ids and those of the visit p_visit_id.';

revoke execute on function schnittwerk_core.busy_with from public;
