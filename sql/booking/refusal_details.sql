create function schnittwerk_core.refusal_details(
  p_code text,
  p_calendar schnittwerk_core.salon_calendar,
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_price numeric default null,
  p_units schnittwerk_core.unit_use[] default null
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_date constant date := (p_starts_at at time zone p_calendar.time_zone)::date;
  v_template text;
begin
  select e.details into v_template from schnittwerk_core.error_code e where e.code = p_code;
  return format(v_template, case p_code
    when 'notice_too_short' then p_calendar.policies ->> 'minimum_booking_notice_hours'
    when 'too_far_ahead' then p_calendar.limit_days::text
    when 'outside_business_hours' then (
      select coalesce(string_agg(
        to_char(w.start_time, 'HH24:MI') || ' - ' || to_char(w.end_time, 'HH24:MI'), ', '
        order by w.start_time
      ), 'closed')
      from schnittwerk_core.opening_windows(p_calendar.salon_id, v_date, v_date) w
    )
    when 'off_grid' then p_calendar.slot_interval_minutes::text
    when 'duration_mismatch' then ceil(extract(epoch from p_ends_at - p_starts_at) / 60)::text
    when 'price_mismatch' then p_price::text
    when 'resource_unavailable' then (
      select u.pool
      from unnest(p_units) with ordinality u (pool, resource_id, from_minute, to_minute, n)
      where u.resource_id is null
      order by u.n
      limit 1
    )
  end);
end
$$;

comment on function schnittwerk_core.refusal_details(text, schnittwerk_core.salon_calendar, timestamptz, timestamptz, numeric, schnittwerk_core.unit_use[]) is
  'The details of a failed rule, with the salon''s limits filled in, or with the first pool of p_units that has too few.';

revoke execute on function schnittwerk_core.refusal_details from public;
