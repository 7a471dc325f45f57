create function schnittwerk_core.affected_appointments(
  p_salon_id uuid,
  p_open_time schnittwerk_core.open_time[],
  p_before schnittwerk_core.open_time[] default '{}'
)
returns table (appointment schnittwerk_core.appointments, cause text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  return query
  select a, c.cause
  from unnest(p_open_time) n
  join schnittwerk_core.appointments a
    on a.salon_id = p_salon_id and a.staff_id = n.staff_id
    and a.starts_at > schnittwerk_core.clock() and a.status in ('pending', 'confirmed')
  left join unnest(p_before) b on b.staff_id = n.staff_id
  cross join lateral (select tstzrange(a.starts_at, a.ends_at) as during) d
  cross join lateral (
    select h.cause
    from unnest(schnittwerk_core.hindrances(n, a.service_id, d.during))
      with ordinality h (cause, n)
    where not h.cause = any (schnittwerk_core.hindrances(b, a.service_id, d.during))
    order by h.n
    limit 1
  ) c;
end
$$;

comment on function schnittwerk_core.affected_appointments(uuid, schnittwerk_core.open_time[], schnittwerk_core.open_time[]) is
  'The future pending and confirmed appointments that cannot take place in p_open_time, each with the first cause that did not exist in p_before.';

revoke execute on function schnittwerk_core.affected_appointments from public;
