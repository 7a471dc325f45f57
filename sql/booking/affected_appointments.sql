create function schnittwerk_core.affected_appointments(
  p_salon_id uuid, p_staff_ids uuid[], p_stranded_before text[]
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- else the look-up that follows would compute what is computed at the end of the transaction
  perform schnittwerk_core.keep_weeks(
    p_salon_id, case when cardinality(p_staff_ids) = 1 then p_staff_ids[1] end);
  return jsonb_build_object('affected_appointments', (
    select coalesce(
      jsonb_agg(schnittwerk_core.appointment_json(a) order by a.starts_at, a.id), '[]'
    )
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id
      and a.id in (
        select split_part(s.stranded, ' ', 1)::uuid
        from unnest(schnittwerk_core.stranded_appointments(p_salon_id, p_staff_ids)) s (stranded)
        where not s.stranded = any (coalesce(p_stranded_before, '{}'))
      )
  ));
end
$$;

comment on function schnittwerk_core.affected_appointments(uuid, uuid[], text[]) is
  'Ends a change of open time that lock_open_time began: {"affected_appointments": […]} with those that the change strands, by start; one that was booked outside open time counts when there is now another cause.';

revoke execute on function schnittwerk_core.affected_appointments from public;
