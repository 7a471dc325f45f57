create function schnittwerk_core.list_affected_appointments(p_salon_id uuid)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  customer_phone text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  cause text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_count bigint;
begin
  return query
  with by_calendar as materialized (
    select (f.appointment).id, f.cause
    from schnittwerk_core.affected_appointments(
      v_caller.salon_id,
      schnittwerk_core.open_time_of(
        v_caller.salon_id, null, schnittwerk_core.last_live_end(v_caller.salon_id, null))
    ) f
  ),
  affected as (
    select b.id, b.cause from by_calendar b
    union all
    select distinct l.appointment_id, 'resource_unavailable'
    from schnittwerk_core.lost_unit_claims(v_caller.salon_id) l
    where l.appointment_id not in (select b.id from by_calendar b)
  )
  select
    a.id, a.customer_id, c.full_name, c.phone, a.staff_id, m.full_name, a.service_id, v.name,
    a.starts_at, a.ends_at, a.status::text, a.price::numeric, f.cause
  from affected f
  join schnittwerk_core.appointments a on a.salon_id = v_caller.salon_id and a.id = f.id
  join schnittwerk_core.customers c on c.salon_id = a.salon_id and c.id = a.customer_id
  join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
  join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
  order by a.starts_at, a.id
  limit schnittwerk_core.most_rows();
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_affected_appointments', v_count);
end
$$;

comment on function schnittwerk_core.list_affected_appointments(uuid) is
  'Engine of schnittwerk.list_affected_appointments.';

revoke execute on function schnittwerk_core.list_affected_appointments from public;
grant execute on function schnittwerk_core.list_affected_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_affected_appointments(p_salon_id uuid default null)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  customer_phone text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  cause text
)
language sql
stable
begin atomic
  select
    r.id, r.customer_id, r.customer_name, r.customer_phone, r.staff_id, r.staff_name,
    r.service_id, r.service_name, r.starts_at, r.ends_at, r.status, r.price,
    r.cause
  from schnittwerk_core.list_affected_appointments(p_salon_id) r;
end;

comment on function schnittwerk.list_affected_appointments(uuid) is
  'The future pending and confirmed appointments that cannot take place as things are now, by start, with the customer to call. cause is the first that applies: service_not_offered (the service or the member of staff is inactive, or they no longer perform it), holiday, outside_business_hours, staff_unavailable, or resource_unavailable (a unit that the appointment uses is inactive, closed at that time, or in another pool). At most 100000 rows. For the salon team. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.list_affected_appointments from public;
grant execute on function schnittwerk.list_affected_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
