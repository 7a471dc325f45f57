create function schnittwerk_core.holiday_range(p_salon_id uuid, p_holiday_id uuid)
returns tstzmultirange
language sql
stable
-- compiling it takes half a second, and running it a few milliseconds
set jit = off
return (
  select coalesce(range_agg(schnittwerk_core.local_range(h.date, h.date + 1, z)), '{}')
  from schnittwerk_core.salon s
  cross join lateral (select schnittwerk_core.local_today(s.id) as today) t
  cross join lateral schnittwerk_core.holiday_dates(s.id, t.today, t.today + 730) h
  cross join unnest(schnittwerk_core.zone_offsets(s.time_zone, t.today, t.today + 730)) z
  where s.id = p_salon_id and h.holiday_id = p_holiday_id
);

comment on function schnittwerk_core.holiday_range(uuid, uuid) is
  'The instants of a holiday that lie ahead, as far as appointments can be booked at all (730 days).';

revoke execute on function schnittwerk_core.holiday_range from public;
