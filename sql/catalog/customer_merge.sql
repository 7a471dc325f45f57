-- No references: who is kept can be merged themselves, and then their row is gone, too.
create table schnittwerk_core.customer_merge (
  salon_id uuid not null,
  merged_id uuid not null,
  kept_id uuid not null,
  merged_at timestamptz not null default schnittwerk_core.clock(),
  constraint customer_merge_pkey primary key (salon_id, merged_id),
  constraint customer_merge_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint customer_merge_is_of_two_customers check (merged_id <> kept_id)
);

create index customer_merge_by_kept on schnittwerk_core.customer_merge (salon_id, kept_id);

alter table schnittwerk_core.customer_merge enable row level security;

comment on table schnittwerk_core.customer_merge is
  'Which customers were merged into others. Stored answers, events and the journal still name the merged one; unmerge_customer deletes the row.';
comment on column schnittwerk_core.customer_merge.salon_id is 'The salon.';
comment on column schnittwerk_core.customer_merge.merged_id is 'The customer whose row is gone.';
comment on column schnittwerk_core.customer_merge.kept_id is
  'The customer who got what was theirs, and who may have been merged into another since.';
comment on column schnittwerk_core.customer_merge.merged_at is
  'When. The journal''s entries of the merge are of this moment.';

create function schnittwerk_core.current_customer(p_salon_id uuid, p_customer_id uuid)
returns uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid := p_customer_id;
  v_kept_id uuid;
begin
  loop
    select m.kept_id into v_kept_id
    from schnittwerk_core.customer_merge m
    where m.salon_id = p_salon_id and m.merged_id = v_id;
    exit when not found;
    v_id := v_kept_id;
  end loop;
  return v_id;
end
$$;

comment on function schnittwerk_core.current_customer(uuid, uuid) is
  'The customer who has what was a customer''s: themselves, or whom they were merged into.';

revoke execute on function schnittwerk_core.current_customer from public;

create function schnittwerk_core.ids_of_customer(p_salon_id uuid, p_customer_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    with recursive known (id) as (
      select p_customer_id
      union
      select m.merged_id
      from known k
      join schnittwerk_core.customer_merge m on m.salon_id = p_salon_id and m.kept_id = k.id
    )
    select k.id from known k where k.id is not null
  );
end
$$;

comment on function schnittwerk_core.ids_of_customer(uuid, uuid) is
  'The ids under which a customer is known: their own, and those of the customers who were merged into them.';

revoke execute on function schnittwerk_core.ids_of_customer from public;
