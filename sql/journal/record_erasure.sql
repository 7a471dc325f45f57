create function schnittwerk_core.record_erasure(p_salon_id uuid, p_table_name text, p_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.audit (
    salon_id, table_name, row_key, action, user_id, role, correlation_id
  )
  select
    p_salon_id, p_table_name, jsonb_build_object('id', t.id), 'erase',
    (a.actor ->> 'user_id')::uuid, coalesce(a.actor ->> 'role', 'owner'),
    a.actor ->> 'correlation_id'
  from unnest(p_ids) t (id)
  cross join (select schnittwerk_core.actor() as actor) a
  where t.id is not null;
end
$$;

comment on function schnittwerk_core.record_erasure(uuid, text, uuid[]) is
  'Writes into the audit trail that the personal values of rows are erased. From then until the statement ends audit_personal lets go of values that are of these rows, or whose subject is one of them.';

revoke execute on function schnittwerk_core.record_erasure from public;
