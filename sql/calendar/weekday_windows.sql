create function schnittwerk_core.weekday_windows(p_opening_hours jsonb)
returns table (day_of_week text, path text, value jsonb)
language sql
stable
parallel safe
begin atomic
  select d.key, coalesce(i.path, p.path), coalesce(i.value, d.value)
  from jsonb_each(
    case when jsonb_typeof(p_opening_hours) = 'object' then p_opening_hours else '{}' end
  ) d (key, value)
  cross join lateral (select 'p_settings.opening_hours.' || left(d.key, 100) as path) p
  left join lateral schnittwerk_core.list_items(p.path, d.value) i on true
  where d.value <> '[]';
end;

comment on function schnittwerk_core.weekday_windows(jsonb) is
  'The windows of an opening_hours object, whose weekdays have one window or a list of them, with their paths.';

revoke execute on function schnittwerk_core.weekday_windows from public;
