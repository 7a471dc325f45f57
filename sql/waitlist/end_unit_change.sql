create function schnittwerk_core.end_unit_change(p_salon_id uuid, p_unit_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved constant jsonb := schnittwerk_core.move_to_free_units(p_salon_id, p_unit_id);
begin
  perform schnittwerk_core.withdraw_unit_offers(p_salon_id, p_unit_id);
  return jsonb_build_object('moved_appointments', v_moved, 'affected_appointments', (
    select coalesce(
      jsonb_agg(
        schnittwerk_core.affected_json(a, 'resource_unavailable') order by a.starts_at, a.id),
      '[]')
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.id in (
      select l.appointment_id from schnittwerk_core.lost_unit_claims(p_salon_id, p_unit_id) l
    )
  ));
end
$$;

comment on function schnittwerk_core.end_unit_change(uuid, uuid) is
  'Ends a change that begin_unit_change began. Moves the appointments that can no longer use the unit to free units of its pool, and withdraws the offers that hold it. Returns {"moved_appointments": [{"id", "units"}], "affected_appointments": […]}; the latter are the appointments that no other unit can take, in the form of end_open_time_change.';

revoke execute on function schnittwerk_core.end_unit_change from public;
