create function schnittwerk_core.ids_only(p_answer jsonb)
returns jsonb
language sql
immutable
parallel safe
return p_answer || (
  select coalesce(jsonb_object_agg(t.key, jsonb_build_object('id', t.value -> 'id')), '{}')
  from jsonb_each(p_answer) t
  where jsonb_typeof(t.value) = 'object'
);

comment on function schnittwerk_core.ids_only(jsonb) is
  'A write''s answer with no more than the id of each thing in it: it still tells what became of the request, and of which thing.';

revoke execute on function schnittwerk_core.ids_only from public;
