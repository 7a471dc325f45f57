create function schnittwerk_core.record_erasure(p_salon_id uuid, p_table_name text, p_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.journal (
    salon_id, table_name, row_key, subject_id, kind, user_id, role, operation_id, correlation_id
  )
  select
    p_salon_id, p_table_name, jsonb_build_object('id', t.id), t.id, 'erased',
    (a.actor ->> 'user_id')::uuid, coalesce(a.actor ->> 'role', 'owner'),
    (a.actor ->> 'operation_id')::uuid, a.actor ->> 'correlation_id'
  from unnest(p_ids) t (id)
  cross join (select schnittwerk_core.actor() as actor) a
  where t.id is not null;
end
$$;

comment on function schnittwerk_core.record_erasure(uuid, text, uuid[]) is
  'Records in the journal that the personal values of rows are erased; for customers this is an event. Until the statement ends, journal_personal lets values of these rows, or with one of them as subject, be deleted.';

revoke execute on function schnittwerk_core.record_erasure from public;
