create function schnittwerk_core.waits_for(
  p_entry schnittwerk_core.waitlist,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_time_zone text
)
returns boolean
language sql
stable
parallel safe
return (
  select coalesce((p_entry).staff_id = p_staff_id, true)
    and l.starts_at::date between (p_entry).preferred_start_date and (p_entry).preferred_end_date
    and coalesce(extract(dow from l.starts_at)::int = any ((p_entry).preferred_days), true)
    and coalesce(l.starts_at::time = any ((p_entry).preferred_times), true)
  from (select p_starts_at at time zone p_time_zone as starts_at) l
);

comment on function schnittwerk_core.waits_for(schnittwerk_core.waitlist, uuid, timestamptz, text) is
  'Whether a start with a member of staff is one that a waitlist entry asks for: staff, local date, weekday and time.';

revoke execute on function schnittwerk_core.waits_for from public;
