create function schnittwerk_core.unit_claim(
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_from_minute int,
  p_to_minute int
)
returns tstzrange
language sql
stable
parallel safe
return case when num_nonnulls(p_from_minute, p_to_minute) = 0
  then schnittwerk_core.buffered_range(p_starts_at, p_ends_at, p_before_minutes, p_after_minutes)
  else tstzrange(
    p_starts_at + make_interval(mins => coalesce(p_from_minute, 0)),
    coalesce(p_starts_at + make_interval(mins => p_to_minute), p_ends_at))
end;

comment on function schnittwerk_core.unit_claim(timestamptz, timestamptz, int, int, int, int) is
  'The time that an appointment claims of a unit: from one minute after its start to another, or, without minutes, all of it with its buffers.';

revoke execute on function schnittwerk_core.unit_claim from public;
