create function schnittwerk_core.fee_of(p_salon_id uuid, p_appointment_id uuid)
returns jsonb
language sql
stable
parallel safe
return (
  select schnittwerk_core.fee_json(f)
  from schnittwerk_core.fee f
  where f.salon_id = p_salon_id and f.appointment_id = p_appointment_id
);

comment on function schnittwerk_core.fee_of(uuid, uuid) is
  'The fee of an appointment, in any status; null if it has none.';

revoke execute on function schnittwerk_core.fee_of from public;

create function schnittwerk_core.fees_of(p_visit schnittwerk_core.appointments[])
returns jsonb
language sql
stable
parallel safe
return (
  select coalesce(jsonb_agg(schnittwerk_core.fee_json(f) order by v.visit_item), '[]')
  from unnest(p_visit) v
  join schnittwerk_core.fee f on f.salon_id = v.salon_id and f.appointment_id = v.id
);

comment on function schnittwerk_core.fees_of(schnittwerk_core.appointments[]) is
  'The fees of a visit''s items, in order.';

revoke execute on function schnittwerk_core.fees_of from public;
