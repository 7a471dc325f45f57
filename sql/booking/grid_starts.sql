create function schnittwerk_core.grid_starts(
  p_free tstzmultirange,
  p_duration interval,
  p_step interval,
  p_grid_origins timestamptz[],
  p_first_start timestamptz,
  p_last_start timestamptz
)
returns table (starts_at timestamptz)
language sql
stable
parallel safe
begin atomic
  select generate_series(
    date_bin(
      p_step,
      greatest(grid.first_start, p_grid_origins[grid.n]) + p_step - interval '1 microsecond',
      p_grid_origins[grid.n]),
    least(grid.last_start, p_grid_origins[grid.n + 1] - interval '1 microsecond'),
    p_step
  )
  from (
    -- A free range has one grid, or several if it is longer than 24 hours.
    select
      fitting.first_start, fitting.last_start,
      generate_series(
        width_bucket(fitting.first_start, p_grid_origins),
        width_bucket(fitting.last_start, p_grid_origins)
      ) as n
    from (
      select
        greatest(lower(free.during), p_first_start) as first_start,
        least(upper(free.during) - p_duration, p_last_start) as last_start
      from (select unnest(p_free) as during) free
      offset 0
    ) fitting
    where fitting.last_start >= fitting.first_start
  ) grid;
end;

comment on function schnittwerk_core.grid_starts(tstzmultirange, interval, interval, timestamptz[], timestamptz, timestamptz) is
  'The starts from p_first_start to p_last_start, every p_step from the origins of the grid, from which p_duration fits into one range of free time.';

revoke execute on function schnittwerk_core.grid_starts from public;
