create function schnittwerk_core.actor()
returns jsonb
language sql
stable
return nullif(current_setting('schnittwerk.actor', true), '')::jsonb;

comment on function schnittwerk_core.actor() is
  'Who makes the change that is under way, and why, as start_body set it; null for who writes to a table by hand.';

revoke execute on function schnittwerk_core.actor from public;
