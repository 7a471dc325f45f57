-- "at time zone" maps a skipped local time to some instant and a repeated one to only one of two.
-- With the stretches of constant offset, local windows map exactly: an instant lies in a window
-- when the clock on the wall says so. Offsets are compared day by day and bisected where they differ.
create function schnittwerk_core.zone_offsets(p_time_zone text, p_from date, p_until date)
returns schnittwerk_core.zone_offset[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_start constant timestamptz := (p_from - 1)::timestamp at time zone 'UTC';
  v_end constant timestamptz := (p_until + 2)::timestamp at time zone 'UTC';
  v_since timestamptz := v_start;
  v_offsets schnittwerk_core.zone_offset[] := array[]::schnittwerk_core.zone_offset[];
  v_change record;
  v_before timestamptz;
  v_after timestamptz;
  v_middle timestamptz;
begin
  for v_change in
    select s.day, s.utc_offset, s.next_offset
    from (
      select
        d.day,
        o.utc_offset,
        lead(o.utc_offset) over (order by d.day) as next_offset
      from generate_series(v_start, v_end, interval '24 hours') d (day)
      cross join lateral (
        select schnittwerk_core.utc_offset(p_time_zone, d.day) as utc_offset
      ) o
    ) s
    where s.utc_offset <> s.next_offset
    order by s.day
  loop
    v_before := v_change.day;
    v_after := v_change.day + interval '24 hours';
    while v_after - v_before > interval '1 second' loop
      v_middle := date_trunc('second', v_before + (v_after - v_before) / 2);
      if schnittwerk_core.utc_offset(p_time_zone, v_middle) = v_change.utc_offset then
        v_before := v_middle;
      else
        v_after := v_middle;
      end if;
    end loop;
    v_offsets := v_offsets
      || row(tstzrange(v_since, v_after), v_change.utc_offset)::schnittwerk_core.zone_offset;
    v_since := v_after;
  end loop;
  return v_offsets || row(
    tstzrange(v_since, v_end), schnittwerk_core.utc_offset(p_time_zone, v_since)
  )::schnittwerk_core.zone_offset;
end
$$;

comment on function schnittwerk_core.zone_offsets(text, date, date) is
  'The stretches of constant UTC offset of a zone that cover the local dates from p_from to p_until, in order.';

revoke execute on function schnittwerk_core.zone_offsets from public;

create function schnittwerk_core.offset_bounds(p_offsets schnittwerk_core.zone_offset[])
returns timestamptz[]
language sql
immutable
parallel safe
return array(
  select b.instant
  from unnest(p_offsets) o
  cross join lateral (
    values (lower(o.during)), (upper(o.during) - interval '1 microsecond')
  ) b (instant)
  order by b.instant
);

comment on function schnittwerk_core.offset_bounds(schnittwerk_core.zone_offset[]) is
  'The first and the last instant of each stretch of constant offset, ascending.';

revoke execute on function schnittwerk_core.offset_bounds from public;

create function schnittwerk_core.clocks_at(p_time_zone text, p_instants timestamptz[])
returns timestamp[]
language sql
stable
parallel safe
return array(
  select i.instant at time zone p_time_zone
  from unnest(p_instants) with ordinality i (instant, n)
  order by i.n
);

comment on function schnittwerk_core.clocks_at(text, timestamptz[]) is
  'What a zone''s clocks show at some instants, in their order.';

revoke execute on function schnittwerk_core.clocks_at from public;

-- Every slot query calls this, and nearly every week has one stretch: only longer lists need a call.
create function schnittwerk_core.clocks_agree(
  p_time_zone text, p_instants timestamptz[], p_clocks timestamp[]
)
returns boolean
language sql
stable
parallel safe
return p_instants[1] at time zone p_time_zone = p_clocks[1]
  and p_instants[2] at time zone p_time_zone = p_clocks[2]
  and (
    cardinality(p_instants) = 2
    or schnittwerk_core.clocks_at(p_time_zone, p_instants) = p_clocks
  );

comment on function schnittwerk_core.clocks_agree(text, timestamptz[], timestamp[]) is
  'Whether the server''s rules for a zone still give what clocks_at gave at the bounds of the stretches of constant offset.';

revoke execute on function schnittwerk_core.clocks_agree from public;
