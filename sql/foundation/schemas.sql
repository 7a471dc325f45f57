-- A schema that is there already (Supabase has extensions) is used as it is.
create schema if not exists extensions;
create schema schnittwerk;
create schema schnittwerk_core;

comment on schema schnittwerk is
  'The appointment book''s API: functions only, the one schema to expose to clients.';
comment on schema schnittwerk_core is
  'The appointment book''s tables and engine: never exposed, no grants on tables.';

revoke all on schema schnittwerk_core from public;
