create function schnittwerk_core.free_slot(
  p_salon_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_ends_at timestamptz
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
  values (p_salon_id, p_staff_id, tstzrange(p_starts_at, p_ends_at), false)
  on conflict on constraint freed_time_pkey do nothing;
end
$$;

comment on function schnittwerk_core.free_slot(uuid, uuid, timestamptz, timestamptz) is
  'Records the time that an appointment or a hold gives up as freed. offer_freed_time offers it.';

revoke execute on function schnittwerk_core.free_slot from public;
