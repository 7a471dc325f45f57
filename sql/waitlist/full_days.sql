create function schnittwerk_core.full_days(
  p_salon_id uuid, p_customer_id uuid, p_from date, p_until date, p_moved_appointment_id uuid
)
returns tstzmultirange
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(range_agg(d.during), '{}')
    from schnittwerk_core.salon s
    cross join lateral unnest(
      schnittwerk_core.zone_offsets(s.time_zone, p_from, p_until)) o
    cross join generate_series(0, p_until - p_from) i (n)
    cross join lateral (
      select schnittwerk_core.local_range(p_from + i.n, p_from + i.n + 1, o) as during
    ) d
    where s.id = p_salon_id and not isempty(d.during)
      and schnittwerk_core.booking_limit_details(
        p_salon_id, p_customer_id, lower(d.during),
        p_moved_appointment_id => p_moved_appointment_id) is not null
  );
end
$$;

comment on function schnittwerk_core.full_days(uuid, uuid, date, date, uuid) is
  'The local days from p_from to p_until to which a customer cannot move an appointment because they have reached the limit of the day.';

revoke execute on function schnittwerk_core.full_days from public;
