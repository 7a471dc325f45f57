create function schnittwerk_core.hindrances(
  p_open_time schnittwerk_core.open_time, p_service_id uuid, p_during tstzrange
)
returns text[]
language sql
immutable
parallel safe
return array_remove(array[
  case when not p_service_id = any ((p_open_time).service_ids) then 'service_not_offered' end,
  case when (p_open_time).closed && p_during then 'holiday' end,
  case when not (p_open_time).opening @> p_during then 'outside_business_hours' end,
  case when not (p_open_time).working @> p_during then 'staff_unavailable' end
], null);

comment on function schnittwerk_core.hindrances(schnittwerk_core.open_time, uuid, tstzrange) is
  'The codes of the rules that prevent an appointment in the open time of its staff, in the order of the rules. None if the open time is null.';

revoke execute on function schnittwerk_core.hindrances from public;
