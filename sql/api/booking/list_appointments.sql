create function schnittwerk_core.list_appointments(
  p_from timestamptz,
  p_to timestamptz,
  p_staff_id uuid,
  p_customer_id uuid,
  p_status text,
  p_salon_id uuid
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  reschedule_count int,
  notes text,
  created_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
-- Which index is best depends on the arguments.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(variadic
    schnittwerk_core.instant_range_faults(p_from, p_to, 400) || schnittwerk_core.fault(
      'p_status',
      coalesce(
        p_status not in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show'), false),
      'unknown_status', 'p_status must be pending, confirmed, completed, cancelled or no_show')
  );
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  if p_customer_id is not null
    and not schnittwerk_core.may_know_customer(v_caller, p_customer_id)
  then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;

  return query
  select
    a.id, a.customer_id, c.full_name, a.staff_id, m.full_name, a.service_id, v.name,
    a.starts_at, a.ends_at, a.status::text, a.price::numeric, a.reschedule_count::int,
    a.notes::text,
    a.created_at
  from schnittwerk_core.appointments a
  join schnittwerk_core.customers c on c.salon_id = a.salon_id and c.id = a.customer_id
  join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
  join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
  where a.salon_id = v_caller.salon_id
    -- No appointment is longer than a day. Without this bound the scan would read all history.
    and a.starts_at > p_from - interval '24 hours'
    and a.starts_at < p_to
    and a.ends_at > p_from
    and (p_staff_id is null or a.staff_id = p_staff_id)
    and (p_customer_id is null or a.customer_id = p_customer_id)
    and (p_status is null or a.status = p_status)
    and (v_is_of_salon or c.profile_id = v_caller.user_id)
  order by a.starts_at, a.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault('p_to', v_count,
    'take a p_to closer to p_from, or one p_staff_id, p_customer_id or p_status'));
  perform schnittwerk_core.log_personal_read(
    v_caller, 'list_appointments', v_count, p_customer_id);
end
$$;

comment on function schnittwerk_core.list_appointments(timestamptz, timestamptz, uuid, uuid, text, uuid) is
  'Engine of schnittwerk.list_appointments.';

revoke execute on function schnittwerk_core.list_appointments from public;
grant execute on function schnittwerk_core.list_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_appointments(
  p_from timestamptz,
  p_to timestamptz,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_status text default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  staff_id uuid,
  staff_name text,
  service_id uuid,
  service_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  status text,
  price numeric,
  reschedule_count int,
  notes text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.customer_id, r.customer_name, r.staff_id, r.staff_name, r.service_id,
    r.service_name, r.starts_at, r.ends_at, r.status, r.price, r.reschedule_count, r.notes,
    r.created_at
  from schnittwerk_core.list_appointments(
    p_from, p_to, p_staff_id, p_customer_id, p_status, p_salon_id
  ) r;
end;

comment on function schnittwerk.list_appointments(timestamptz, timestamptz, uuid, uuid, text, uuid) is
  'Appointments that overlap [p_from, p_to), by start, with the price in the salon''s currency. The salon team sees all, customers their own. p_from, p_to: at most 400 days apart. p_staff_id, p_customer_id: filters; null means all. p_status: pending, confirmed, completed, cancelled or no_show; null means all. More than 100000 rows are invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_appointments from public;
grant execute on function schnittwerk.list_appointments
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
