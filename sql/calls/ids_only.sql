create function schnittwerk_core.id_only(p_thing jsonb)
returns jsonb
language sql
immutable
parallel safe
return jsonb_build_object('id', coalesce(p_thing -> 'id', p_thing -> 'appointment_id'));

comment on function schnittwerk_core.id_only(jsonb) is
  'A thing of an answer, reduced to its id; a fee to the id of its appointment.';

revoke execute on function schnittwerk_core.id_only from public;

create function schnittwerk_core.ids_only(p_answer jsonb)
returns jsonb
language sql
immutable
parallel safe
return p_answer || (
  select coalesce(jsonb_object_agg(t.key, case jsonb_typeof(t.value)
    when 'object' then schnittwerk_core.id_only(t.value)
    else (
      select coalesce(jsonb_agg(schnittwerk_core.id_only(i.value)), '[]')
      from jsonb_array_elements(t.value) i
    ) end), '{}')
  from jsonb_each(p_answer) t
  where jsonb_typeof(t.value) = 'object'
    or jsonb_typeof(t.value -> 0) = 'object'
);

comment on function schnittwerk_core.ids_only(jsonb) is
  'A write''s answer with each thing in it reduced to its id: it still shows what became of the request.';

revoke execute on function schnittwerk_core.ids_only from public;
