create function schnittwerk_core.is_closed_on(p_salon_id uuid, p_date date)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return not exists (
    select from schnittwerk_core.opening_windows(p_salon_id, p_date, p_date)
  );
end
$$;

comment on function schnittwerk_core.is_closed_on(uuid, date) is
  'Whether a salon has no opening hours on a local date.';

revoke execute on function schnittwerk_core.is_closed_on from public;

create function schnittwerk_core.lead_time_failures(
  p_earliest_start timestamptz, p_latest_start timestamptz, p_starts_at timestamptz
)
returns text[]
language sql
immutable
parallel safe
return array[
  case when p_starts_at < p_earliest_start then 'notice_too_short' end,
  case when p_starts_at > p_latest_start then 'too_far_ahead' end
];

comment on function schnittwerk_core.lead_time_failures(timestamptz, timestamptz, timestamptz) is
  'The codes of notice and horizon if a start fails them, null for each that it passes.';

revoke execute on function schnittwerk_core.lead_time_failures from public;

create function schnittwerk_core.opening_failures(
  p_salon_id uuid,
  p_time_zone text,
  p_hours tstzmultirange,
  p_closures tstzmultirange,
  p_starts_at timestamptz,
  p_ends_at timestamptz
)
returns text[]
language sql
stable
parallel safe
return array[
  case when p_closures && tstzrange(p_starts_at, p_ends_at) then 'holiday' end,
  case when not p_hours @> tstzrange(p_starts_at, p_ends_at)
    and schnittwerk_core.is_closed_on(p_salon_id, (p_starts_at at time zone p_time_zone)::date)
    then 'business_closed' end,
  case when not p_hours @> tstzrange(p_starts_at, p_ends_at) then 'outside_business_hours' end
];

comment on function schnittwerk_core.opening_failures(uuid, text, tstzmultirange, tstzmultirange, timestamptz, timestamptz) is
  'The codes of holidays and opening hours if an appointment fails them, null for each that it passes. p_ends_at must be after p_starts_at.';

revoke execute on function schnittwerk_core.opening_failures from public;
