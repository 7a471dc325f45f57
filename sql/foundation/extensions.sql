-- Trusted since PostgreSQL 13: an owner of the database may create it without superuser rights.
create extension if not exists btree_gist with schema extensions;
