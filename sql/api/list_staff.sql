create function schnittwerk.list_staff(p_service_id uuid default null, p_salon_id uuid default null)
returns table (id uuid, full_name text, is_active boolean, email text, phone text, profile_id uuid)
language sql
stable
begin atomic
  select r.id, r.full_name, r.is_active, r.email, r.phone, r.profile_id
  from schnittwerk_core.list_staff(p_service_id, p_salon_id) r;
end;

comment on function schnittwerk.list_staff(uuid, uuid) is
  'The staff by name, or with p_service_id those who perform the service; inactive ones, and e-mail, telephone and profile of all, for the salon''s people only. Raises salon_required, not_found.';

revoke execute on function schnittwerk.list_staff from public;
grant execute on function schnittwerk.list_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
