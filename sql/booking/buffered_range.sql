create function schnittwerk_core.buffered_range(
  p_starts_at timestamptz, p_ends_at timestamptz, p_before_minutes int, p_after_minutes int
)
returns tstzrange
language sql
stable
parallel safe
return tstzrange(
  p_starts_at - make_interval(mins => p_before_minutes),
  p_ends_at + make_interval(mins => p_after_minutes)
);

comment on function schnittwerk_core.buffered_range(timestamptz, timestamptz, int, int) is
  'The time that an appointment claims: its own, widened by its buffers in minutes.';

revoke execute on function schnittwerk_core.buffered_range from public;
