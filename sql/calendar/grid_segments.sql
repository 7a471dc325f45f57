create function schnittwerk_core.grid_segments(p_open_range tstzrange, p_time_zone text)
returns table (origin timestamptz, during tstzrange)
language sql
stable
parallel safe
begin atomic
  select lower(p_open_range), p_open_range
  where upper(p_open_range) - lower(p_open_range) <= interval '24 hours'
  union all
  select m.origin, tstzrange(m.origin, m.next_origin) * p_open_range
  from (
    select
      case when d.n = 0 then lower(p_open_range) else d.day_start end as origin,
      lead(d.day_start) over (order by d.n) as next_origin
    from (
      select 0 as n, null::timestamptz as day_start
      union all
      select n, schnittwerk_core.local_day_start(
        p_time_zone, (lower(p_open_range) at time zone p_time_zone)::date + n)
      from generate_series(
        1, (upper(p_open_range) at time zone p_time_zone)::date
          - (lower(p_open_range) at time zone p_time_zone)::date
      ) n
    ) d
    where d.n = 0 or d.day_start is not null
  ) m
  where upper(p_open_range) - lower(p_open_range) > interval '24 hours';
end;

comment on function schnittwerk_core.grid_segments(tstzrange, text) is
  'Where slots of an open range start counting: at its own start; a range of more than 24 hours (open around the clock) starts anew at every local midnight, so that the grid never depends on how far back one looks.';

revoke execute on function schnittwerk_core.grid_segments from public;
