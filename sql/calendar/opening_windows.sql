create function schnittwerk_core.opening_windows(p_salon_id uuid, p_from date, p_until date)
returns table (date date, start_time time, end_time time)
language sql
stable
parallel safe
begin atomic
  select s.date, s.start_time, s.end_time
  from schnittwerk_core.special_hours s
  where s.salon_id = p_salon_id and s.date between p_from and p_until and s.is_open
  union all
  select p_from + d.n, h.start_time, h.end_time
  from generate_series(0, p_until - p_from) d (n)
  join schnittwerk_core.opening_hours h
    on h.salon_id = p_salon_id and h.is_open
    and h.day_of_week = extract(dow from p_from + d.n)
  where not exists (
    select from schnittwerk_core.special_hours s
    where s.salon_id = p_salon_id and s.date = p_from + d.n
  );
end;

comment on function schnittwerk_core.opening_windows(uuid, date, date) is
  'The local windows in which a salon is open on the dates from p_from to p_until: special hours where a date has any, else its weekday''s.';

revoke execute on function schnittwerk_core.opening_windows from public;
