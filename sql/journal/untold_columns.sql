create function schnittwerk_core.untold_columns()
returns text[]
language sql
immutable
parallel safe
return array['updated_at', 'version', 'calendar_version', 'turns'];

comment on function schnittwerk_core.untold_columns() is
  'Columns whose change alone is not recorded: when a row was touched, and counters that only show that something else changed.';

revoke execute on function schnittwerk_core.untold_columns from public;
