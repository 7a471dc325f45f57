create function schnittwerk_core.actor()
returns jsonb
language sql
stable
return case when current_setting('schnittwerk.actor', true) <> '' then
  schnittwerk_core.json_or_null(current_setting('schnittwerk.actor', true)) end;

comment on function schnittwerk_core.actor() is
  'Who makes the change that is under way, and why, as start_body set it; null for who writes to a table by hand.';

revoke execute on function schnittwerk_core.actor from public;
