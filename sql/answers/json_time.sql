create function schnittwerk_core.json_time(p_value jsonb)
returns time
language sql
stable
parallel safe
return case
  when jsonb_typeof(p_value) = 'string'
    and p_value #>> '{}' ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
    then (p_value #>> '{}')::time
end;

comment on function schnittwerk_core.json_time(jsonb) is
  'The local time of a JSON string HH:MM, up to 24:00; null for anything else.';

revoke execute on function schnittwerk_core.json_time from public;
