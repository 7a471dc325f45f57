create function schnittwerk_core.is_date(p_text text)
returns boolean
language sql
stable
parallel safe
return case
  when p_text ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
    -- A day that the month lacks would become one of the next month.
    then extract(month from make_date(substr(p_text, 1, 4)::int, substr(p_text, 6, 2)::int, 1)
      + substr(p_text, 9, 2)::int - 1) = substr(p_text, 6, 2)::int
  else false
end;

comment on function schnittwerk_core.is_date(text) is
  'Whether a text is YYYY-MM-DD and names a day of the calendar.';

revoke execute on function schnittwerk_core.is_date from public;

create function schnittwerk_core.json_fault(
  p_path text, p_value jsonb, p_type text, p_is_required boolean default false
)
returns jsonb
language sql
stable
parallel safe
return case
  when coalesce(jsonb_typeof(p_value), 'null') = 'null'
    then schnittwerk_core.required_fault(p_path, p_is_required)
  when p_type = 'array' and jsonb_typeof(p_value) = 'array'
    then schnittwerk_core.fault(
      p_path, jsonb_array_length(p_value) > 1000, 'too_many',
      p_path || ' must have at most 1000 items')
  else schnittwerk_core.fault(
    p_path,
    not coalesce(case p_type
      when 'integer' then jsonb_typeof(p_value) = 'number' and p_value::text !~ '\.'
      when 'time' then schnittwerk_core.json_time(p_value) is not null
      when 'date' then jsonb_typeof(p_value) = 'string'
        and schnittwerk_core.is_date(p_value #>> '{}')
      when 'uuid' then jsonb_typeof(p_value) = 'string'
        and p_value #>> '{}' ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
      else jsonb_typeof(p_value) = p_type
    end, false),
    'invalid_type',
    format('%s must be %s, not %s', p_path, case p_type
      when 'integer' then 'a whole number'
      when 'time' then 'a local time as HH:MM, from 00:00 to 24:00'
      when 'date' then 'a date as YYYY-MM-DD'
      when 'uuid' then 'a uuid'
      when 'array' then 'a list'
      when 'object' then 'an object'
      else 'a ' || p_type
    end, left(p_value::text, 100))
  )
end;

comment on function schnittwerk_core.json_fault(text, jsonb, text, boolean) is
  'The fault of a JSON value: missing (null too), a list of more than 1000 items, or not of the given type: string, number, boolean, array, object, integer, time, date or uuid.';

revoke execute on function schnittwerk_core.json_fault from public;
