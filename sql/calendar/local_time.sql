create function schnittwerk_core.local_time(
  p_start timestamp, p_end timestamp, p_offsets schnittwerk_core.zone_offset[]
)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offset schnittwerk_core.zone_offset;
  v_time tstzmultirange := '{}';
begin
  foreach v_offset in array p_offsets loop
    v_time := v_time
      + tstzmultirange(schnittwerk_core.local_range(p_start, p_end, v_offset));
  end loop;
  return v_time;
end
$$;

comment on function schnittwerk_core.local_time(timestamp, timestamp, schnittwerk_core.zone_offset[]) is
  'The instants at which local clocks show a time in [p_start, p_end): one range, unless they are put back across one of the two.';

revoke execute on function schnittwerk_core.local_time from public;
