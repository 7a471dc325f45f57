create function schnittwerk_core.list_customers(p_search text, p_limit int, p_salon_id uuid)
returns table (
  id uuid,
  full_name text,
  email text,
  phone text,
  profile_id uuid,
  notes text,
  created_at timestamptz,
  merge_candidate_ids uuid[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_name constant text := lower(schnittwerk_core.line(p_search));
  v_search constant text := schnittwerk_core.sort_key(v_name);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.text_fault('p_search', p_search, 200, false),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 1000)
  );
  return query
  select
    c.id, c.full_name, c.email, c.phone, c.profile_id,
    case when v_is_of_salon then c.notes end,
    c.created_at,
    case when v_is_of_salon then array(
      select o.id
      from schnittwerk_core.customers o
      where o.salon_id = c.salon_id and lower(o.email) = lower(c.email) and o.id <> c.id
      order by o.id
    ) end
  from schnittwerk_core.customers c
  -- offset 0 computes the key once per row.
  cross join lateral (select schnittwerk_core.sort_key(c.full_name) as name offset 0) k
  where c.salon_id = v_caller.salon_id and c.erased_at is null
    and (v_is_of_salon or c.profile_id = v_caller.user_id)
    and (
      v_search is null
      or strpos(k.name, v_search) > 0
      or strpos(lower(c.email), v_search) > 0
      or strpos(lower(c.phone), v_search) > 0
      or c.id::text = v_search
    )
  order by
    (v_search in (k.name, lower(c.email), lower(c.phone))) is true desc,
    k.name,
    -- Of names that differ only in accents, those with the accents of the search come first.
    lower(c.full_name) = v_name desc,
    c.full_name, c.id
  limit p_limit;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_customers', v_count);
end
$$;

comment on function schnittwerk_core.list_customers(text, int, uuid) is
  'Engine of schnittwerk.list_customers.';

revoke execute on function schnittwerk_core.list_customers from public;
grant execute on function schnittwerk_core.list_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_customers(
  p_search text default null, p_limit int default 50, p_salon_id uuid default null
)
returns table (
  id uuid,
  full_name text,
  email text,
  phone text,
  profile_id uuid,
  notes text,
  created_at timestamptz,
  merge_candidate_ids uuid[]
)
language sql
stable
begin atomic
  select r.id, r.full_name, r.email, r.phone, r.profile_id, r.notes, r.created_at,
    r.merge_candidate_ids
  from schnittwerk_core.list_customers(p_search, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_customers(text, int, uuid) is
  'Customers by name; those whose whole name, e-mail or telephone is p_search come first. Customers see only themselves, without the salon''s notes. merge_candidate_ids, for the salon team only: other customers with the same e-mail address, who may be the same person. p_search: part of a name, e-mail or telephone, in any case and with or without accents, or a whole id. p_limit: 1 to 1000 rows. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_customers from public;
grant execute on function schnittwerk.list_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
