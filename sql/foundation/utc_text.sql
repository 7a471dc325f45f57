create function schnittwerk_core.utc_text(p_instant timestamptz)
returns text
language sql
stable
parallel safe
-- JSON spells instants in ISO 8601, whatever the session's DateStyle.
return (to_jsonb(p_instant at time zone 'UTC') #>> '{}') || 'Z';

comment on function schnittwerk_core.utc_text(timestamptz) is
  'An instant as ISO 8601 text in UTC with Z, whatever the session''s time zone.';

revoke execute on function schnittwerk_core.utc_text from public;
