create function schnittwerk_core.actor()
returns jsonb
language sql
stable
return nullif(current_setting('schnittwerk.actor', true), '')::jsonb;

comment on function schnittwerk_core.actor() is
  'Who makes the current change, and why, as start_body set it; null for direct SQL.';

revoke execute on function schnittwerk_core.actor from public;
