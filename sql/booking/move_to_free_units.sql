create function schnittwerk_core.move_to_free_units(p_salon_id uuid, p_unit_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved jsonb;
begin
  -- Claims on one unit never overlap, so no two of them compete for another one.
  with moved as (
    update schnittwerk_core.appointments a
    set units = n.units
    from (
      select l.appointment_id, array_agg(l.during) as claims
      from schnittwerk_core.lost_unit_claims(p_salon_id, p_unit_id) l
      group by l.appointment_id
    ) l
    join schnittwerk_core.appointments b on b.salon_id = p_salon_id and b.id = l.appointment_id
    cross join lateral (
      select array_agg(
        case when i.is_lost then (schnittwerk_core.choose_units(
          p_salon_id, array[row(x.pool, 1, x.from_minute, x.to_minute)::schnittwerk_core.need],
          b.starts_at, b.ends_at, b.buffer_before_minutes, b.buffer_after_minutes,
          p_excluded_ids => array[p_unit_id]
        ))[1]
        else row(x.pool, x.resource_id, x.from_minute, x.to_minute)::schnittwerk_core.unit_use end
        order by x.n
      ) as units
      from unnest(b.units) with ordinality x (pool, resource_id, from_minute, to_minute, n)
      cross join lateral (
        select x.resource_id = p_unit_id and schnittwerk_core.unit_claim(
          b.starts_at, b.ends_at, b.buffer_before_minutes, b.buffer_after_minutes,
          x.from_minute, x.to_minute) = any (l.claims) as is_lost
      ) i
    ) n
    where a.salon_id = p_salon_id and a.id = b.id
      and not exists (select from unnest(n.units) u where u.resource_id is null)
    returning a.id, a.starts_at, a.units
  )
  select coalesce(
    jsonb_agg(jsonb_build_object('id', m.id, 'units', m.units) order by m.starts_at, m.id), '[]')
  into v_moved
  from moved m;
  return v_moved;
end
$$;

comment on function schnittwerk_core.move_to_free_units(uuid, uuid) is
  'Moves the appointments that can no longer use a unit (lost_unit_claims) to free units of the pool that they need, if there are any. Returns their ids and units in order: [{"id", "units"}]. The caller has begun the change of the unit.';

revoke execute on function schnittwerk_core.move_to_free_units from public;
