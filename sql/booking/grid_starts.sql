create function schnittwerk_core.grid_starts(
  p_free tstzmultirange, p_duration interval, p_step interval, p_grid_origins timestamptz[]
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
      select lower(free.during) as first_start, upper(free.during) - p_duration as last_start
      from (select unnest(p_free) as during) free
    ) fitting
    where fitting.last_start >= fitting.first_start
  ) grid;
end;

comment on function schnittwerk_core.grid_starts(tstzmultirange, interval, interval, timestamptz[]) is
  'The starts, every p_step from the grid''s origins, from which p_duration fits into one range of free time.';

revoke execute on function schnittwerk_core.grid_starts from public;
