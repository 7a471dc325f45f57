create function schnittwerk_core.last_live_end(p_salon_id uuid, p_staff_ids uuid[])
returns timestamptz
language sql
stable
return (
  select max(a.ends_at)
  from schnittwerk_core.appointments a
  where a.salon_id = p_salon_id and a.status in ('pending', 'confirmed')
    and a.starts_at > schnittwerk_core.clock()
    and (p_staff_ids is null or a.staff_id = any (p_staff_ids))
);

comment on function schnittwerk_core.last_live_end(uuid, uuid[]) is
  'The end of the last future appointment of the given staff (null = all) that is pending or confirmed.';

revoke execute on function schnittwerk_core.last_live_end from public;
