create function schnittwerk_core.give_contact(p_salon_id uuid, p_from_id uuid, p_to_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_consents bigint;
begin
  insert into schnittwerk_core.contact_preference (salon_id, customer_id, language, updated_at)
  select p.salon_id, p_to_id, p.language, p.updated_at
  from schnittwerk_core.contact_preference p
  where p.salon_id = p_salon_id and p.customer_id = p_from_id
  on conflict (salon_id, customer_id) do nothing;
  insert into schnittwerk_core.contact_consent as s (
    salon_id, customer_id, channel, is_given, updated_at
  )
  select f.salon_id, p_to_id, f.channel, f.is_given, f.updated_at
  from schnittwerk_core.contact_consent f
  where f.salon_id = p_salon_id and f.customer_id = p_from_id
  order by f.channel
  on conflict (salon_id, customer_id, channel) do update set is_given = false
  where s.is_given and not excluded.is_given;
  get diagnostics v_consents = row_count;
  return jsonb_build_object('consents', v_consents);
end
$$;

comment on function schnittwerk_core.give_contact(uuid, uuid, uuid) is
  'Gives one customer the language and the consents of another where they have none; what either refused stays refused. Returns how many consents that changed.';

revoke execute on function schnittwerk_core.give_contact from public;

create function schnittwerk_core.take_contact_back(
  p_merge schnittwerk_core.customer_merge, p_changes schnittwerk_core.merge_change[]
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Of the kept customer, what nobody has changed since.
  delete from schnittwerk_core.contact_preference p
  using unnest(p_changes) c
  where c.table_name = 'contact_preference' and c.kind = 'created'
    and p.salon_id = p_merge.salon_id and p.customer_id = p_merge.kept_id
    and p.updated_at <= p_merge.merged_at;
  delete from schnittwerk_core.contact_consent s
  using unnest(p_changes) c
  where c.table_name = 'contact_consent' and c.kind = 'created'
    and s.salon_id = p_merge.salon_id and s.customer_id = p_merge.kept_id
    and s.channel = c.row_key ->> 'channel' and s.updated_at <= p_merge.merged_at;
  update schnittwerk_core.contact_consent s
  set is_given = true
  from unnest(p_changes) c
  where c.table_name = 'contact_consent' and c.kind = 'updated'
    and s.salon_id = p_merge.salon_id and s.customer_id = p_merge.kept_id
    and s.channel = c.row_key ->> 'channel' and s.updated_at <= p_merge.merged_at;

  insert into schnittwerk_core.contact_preference (salon_id, customer_id, language, updated_at)
  select
    p_merge.salon_id, p_merge.merged_id, c.before ->> 'language',
    (c.before ->> 'updated_at')::timestamptz
  from unnest(p_changes) c
  where c.table_name = 'contact_preference' and c.kind = 'deleted';
  insert into schnittwerk_core.contact_consent (
    salon_id, customer_id, channel, is_given, updated_at
  )
  select
    p_merge.salon_id, p_merge.merged_id, c.before ->> 'channel',
    (c.before ->> 'is_given')::boolean, (c.before ->> 'updated_at')::timestamptz
  from unnest(p_changes) c
  where c.table_name = 'contact_consent' and c.kind = 'deleted';
end
$$;

comment on function schnittwerk_core.take_contact_back(
  schnittwerk_core.customer_merge, schnittwerk_core.merge_change[]
) is
  'Undoes give_contact: the merged customer has their language and consents again.';

revoke execute on function schnittwerk_core.take_contact_back from public;
