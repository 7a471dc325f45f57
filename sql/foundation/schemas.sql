-- Keeps an existing schema as it is (Supabase has extensions).
create schema if not exists extensions;
create schema schnittwerk;
create schema schnittwerk_core;

comment on schema schnittwerk is
  'The appointment book''s API: functions only, the one schema to expose to clients.';
comment on schema schnittwerk_core is
  'The appointment book''s tables and engine: never exposed, no grants on tables.';

revoke all on schema schnittwerk_core from public;
