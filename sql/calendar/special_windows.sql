create function schnittwerk_core.special_windows(p_salon_id uuid, p_from date, p_to date)
returns table (date date, start_time text, end_time text, is_open boolean)
language sql
stable
begin atomic
  select
    h.date,
    case when h.is_open then schnittwerk_core.time_text(h.start_time) end,
    case when h.is_open then schnittwerk_core.time_text(h.end_time) end,
    h.is_open
  from schnittwerk_core.special_hours h
  where h.salon_id = p_salon_id and h.date between p_from and p_to
  order by h.date, h.start_time;
end;

comment on function schnittwerk_core.special_windows(uuid, date, date) is
  'The special hours of the dates from p_from to p_to; a date that is closed has one row without times.';

revoke execute on function schnittwerk_core.special_windows from public;
