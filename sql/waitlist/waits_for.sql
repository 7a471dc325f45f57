create function schnittwerk_core.waits_for(
  p_entry schnittwerk_core.waitlist, p_staff_id uuid, p_local_start timestamp
)
returns boolean
language sql
immutable
parallel safe
return coalesce((p_entry).staff_id = p_staff_id, true)
  and p_local_start::date between (p_entry).preferred_start_date and (p_entry).preferred_end_date
  and coalesce(extract(dow from p_local_start)::int = any ((p_entry).preferred_days), true)
  and coalesce(p_local_start::time = any ((p_entry).preferred_times), true);

comment on function schnittwerk_core.waits_for(schnittwerk_core.waitlist, uuid, timestamp) is
  'Whether a waitlist entry asks for a start with a member of staff: compares staff, local date, weekday and time.';

revoke execute on function schnittwerk_core.waits_for from public;
