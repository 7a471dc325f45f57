create function schnittwerk_core.free_appointment(p_appointment schnittwerk_core.appointments)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_appointment.starts_at > schnittwerk_core.clock() then
    insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
    values (
      p_appointment.salon_id, p_appointment.staff_id,
      tstzrange(p_appointment.starts_at, p_appointment.ends_at), false
    )
    on conflict on constraint freed_time_pkey do nothing;
    if p_appointment.units is not null then
      perform schnittwerk_core.free_pool_time(
        p_appointment.salon_id, array_agg(u.pool), array_agg(schnittwerk_core.unit_claim(
          p_appointment.starts_at, p_appointment.ends_at, p_appointment.buffer_before_minutes,
          p_appointment.buffer_after_minutes, u.from_minute, u.to_minute)))
      from unnest(p_appointment.units) u;
    end if;
    perform schnittwerk_core.offer_freed_time(
      p_appointment.salon_id, array[p_appointment.staff_id]);
  end if;
end
$$;

comment on function schnittwerk_core.free_appointment(schnittwerk_core.appointments) is
  'Offers the time of an appointment that was cancelled or moved away to the waitlist; the time of its units with other staff is left to process_waitlist. The caller has locked the member of staff''s time.';

revoke execute on function schnittwerk_core.free_appointment from public;
