create type schnittwerk_core.open_time_change as (
  salon_id uuid,
  staff_ids uuid[],
  horizon timestamptz,
  until timestamptz,
  before schnittwerk_core.open_time[]
);

comment on type schnittwerk_core.open_time_change is
  'A change of open time that has begun: the staff (null = all), the last start that can be booked, the instant up to which open time is compared, and the open time before the change.';

create function schnittwerk_core.begin_open_time_change(
  p_salon_id uuid,
  p_staff_ids uuid[] default null,
  p_offsets schnittwerk_core.zone_offset[] default null
)
returns schnittwerk_core.open_time_change
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_change schnittwerk_core.open_time_change;
  v_last_end timestamptz;
  v_versions text[];
  v_known_versions text[];
begin
  v_change.salon_id := p_salon_id;
  v_change.staff_ids := p_staff_ids;
  -- Computed without locks, so that bookings go on. Computed again under the locks if somebody
  -- changed it in the meantime.
  loop
    v_last_end := schnittwerk_core.last_live_end(p_salon_id, p_staff_ids);
    v_versions := array(
      select r.changed_in::text
      from schnittwerk_core.resource r
      where r.salon_id = p_salon_id and (p_staff_ids is null or r.id = any (p_staff_ids))
      order by r.id
    ) || v_last_end::text;
    exit when v_versions = v_known_versions;
    v_known_versions := v_versions;
    v_change.horizon := (
      select schnittwerk_core.latest_start(
        schnittwerk_core.clock(),
        schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies))
      from schnittwerk_core.salon s
      join schnittwerk_core.salon_state z on z.salon_id = s.id
      where s.id = p_salon_id
    );
    v_change.until := greatest(v_last_end, v_change.horizon);
    v_change.before := schnittwerk_core.open_time_of(
      p_salon_id, p_staff_ids, v_change.until, p_offsets);
    perform schnittwerk_core.lock_staff(p_salon_id, p_staff_ids);
  end loop;
  return v_change;
end
$$;

comment on function schnittwerk_core.begin_open_time_change(uuid, uuid[], schnittwerk_core.zone_offset[]) is
  'Begins a change of open time, which end_open_time_change ends. Computes the open time before the change and locks the staff (null = all). So a simultaneous booking is either reported by the change or judged after it. p_offsets: the time zone''s rules before the change, if the rules change.';

revoke execute on function schnittwerk_core.begin_open_time_change from public;
