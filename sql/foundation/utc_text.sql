create function schnittwerk_core.utc_text(p_instant timestamptz)
returns text
language sql
stable
parallel safe
return to_char(
  p_instant at time zone 'UTC',
  case when date_trunc('second', p_instant at time zone 'UTC') = p_instant at time zone 'UTC'
    then 'YYYY-MM-DD"T"HH24:MI:SS"Z"' else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' end
);

comment on function schnittwerk_core.utc_text(timestamptz) is
  'An instant as ISO 8601 text in UTC with Z, whatever the session''s time zone.';

revoke execute on function schnittwerk_core.utc_text from public;
