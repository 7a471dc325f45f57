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
  'Customers by name; p_search: part of name, e-mail or telephone, in any case and with or without accents; p_limit: 1 to 1000 rows. A customer sees only themselves, without the salon''s notes. merge_candidate_ids, for the salon team only: other customers with the same e-mail address, who may be the same person. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.list_customers from public;
grant execute on function schnittwerk.list_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
