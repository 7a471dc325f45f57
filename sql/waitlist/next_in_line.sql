create function schnittwerk_core.next_in_line(
  p_calendar schnittwerk_core.salon_calendar,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_service_ids uuid[],
  p_passed_over uuid[]
)
returns schnittwerk_core.waitlist
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- The same plan whatever the statistics: in index order, up to the first entry that qualifies
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  v_salon_id constant uuid := p_calendar.salon_id;
  v_local_start constant timestamp := p_starts_at at time zone p_calendar.time_zone;
  v_policies constant jsonb := schnittwerk_core.effective_policies(v_salon_id);
  v_entry schnittwerk_core.waitlist;
begin
  select w.* into v_entry
  from unnest(p_service_ids) v (service_id)
  cross join lateral schnittwerk_core.service_terms(
    v_salon_id, v.service_id, array[p_staff_id], v_policies, p_calendar.buffer_time_minutes
  ) t
  cross join lateral (
    select p_starts_at + t.duration as ends_at
  ) e
  cross join lateral (
    select w.*
    from schnittwerk_core.waitlist w
    where w.salon_id = v_salon_id and w.service_id = v.service_id and w.status = 'active'
      and schnittwerk_core.waits_for(w, p_staff_id, v_local_start)
      and w.id <> all (p_passed_over)
      and schnittwerk_core.may_be_offered(w, p_staff_id, p_starts_at, e.ends_at)
    order by w.priority desc, w.created_at, w.id
    limit 1
  ) w
  where schnittwerk_core.is_free(
    v_salon_id, p_staff_id, p_starts_at, e.ends_at, t.buffer_before_minutes,
    t.buffer_after_minutes, t.steps, t.needs)
  order by w.priority desc, w.created_at, w.id
  limit 1;
  return v_entry;
end
$$;

comment on function schnittwerk_core.next_in_line(schnittwerk_core.salon_calendar, uuid, timestamptz, uuid[], uuid[]) is
  'The waitlist entry to offer a start with a member of staff to: among the entries for the given services that ask for it and may be offered it, the one with the highest priority, then the oldest, then by id. Skips p_passed_over. Null if no entry qualifies or the time is taken. Takes no locks.';

revoke execute on function schnittwerk_core.next_in_line from public;
