create function schnittwerk_core.list_waitlist(
  p_status text, p_service_id uuid, p_from date, p_to date, p_salon_id uuid
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  service_id uuid,
  service_name text,
  staff_id uuid,
  preferred_start_date date,
  preferred_end_date date,
  preferred_times text[],
  preferred_days int[],
  priority int,
  status text,
  notes text,
  created_at timestamptz,
  offered_staff_id uuid,
  offered_starts_at timestamptz,
  offered_ends_at timestamptz,
  offered_price numeric,
  offer_expires_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_today constant date := schnittwerk_core.local_today(v_caller.salon_id);
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_status',
      coalesce(
        p_status not in ('active', 'notified', 'booked', 'cancelled', 'expired'), false),
      'unknown_status', 'p_status must be active, notified, booked, cancelled or expired'),
    schnittwerk_core.date_fault('p_from', p_from, false),
    coalesce(
      schnittwerk_core.date_fault('p_to', p_to, false),
      schnittwerk_core.fault(
        'p_to', coalesce(p_to < p_from, false), 'out_of_range', 'p_to must be p_from or later'))
  );
  if p_service_id is not null and not exists (
    select from schnittwerk_core.services v
    where v.salon_id = v_caller.salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service');
  end if;

  return query
  select
    w.id, w.customer_id, c.full_name, w.service_id, v.name, w.staff_id,
    w.preferred_start_date, w.preferred_end_date,
    (
      select array_agg(schnittwerk_core.time_text(t.time) order by t.time)
      from unnest(w.preferred_times) t (time)
    ),
    w.preferred_days, w.priority, s.status, w.notes, w.created_at,
    o.staff_id, o.starts_at, o.ends_at, o.price, o.expires_at
  from schnittwerk_core.waitlist w
  join schnittwerk_core.customers c on c.salon_id = w.salon_id and c.id = w.customer_id
  join schnittwerk_core.services v on v.salon_id = w.salon_id and v.id = w.service_id
  left join schnittwerk_core.waitlist_offer o
    on o.salon_id = w.salon_id and o.entry_id = w.id
    and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
  cross join lateral (
    -- The status that process_waitlist will write.
    select case
      when w.status in ('active', 'notified') and o.id is null
        then case when w.preferred_end_date < v_today then 'expired' else 'active' end
      else w.status
    end as status
  ) s
  where w.salon_id = v_caller.salon_id
    and (v_is_of_salon or c.profile_id = v_caller.user_id)
    and (p_status is null or s.status = p_status)
    and (p_service_id is null or w.service_id = p_service_id)
    and (p_from is null or w.preferred_end_date >= p_from)
    and (p_to is null or w.preferred_start_date <= p_to)
  order by w.priority desc, w.created_at, w.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault(
    'p_to', v_count, 'give one p_status or p_service_id, or a shorter p_from to p_to'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_waitlist', v_count);
end
$$;

comment on function schnittwerk_core.list_waitlist(text, uuid, date, date, uuid) is
  'Engine of schnittwerk.list_waitlist.';

revoke execute on function schnittwerk_core.list_waitlist from public;
grant execute on function schnittwerk_core.list_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_waitlist(
  p_status text default null,
  p_service_id uuid default null,
  p_from date default null,
  p_to date default null,
  p_salon_id uuid default null
)
returns table (
  id uuid,
  customer_id uuid,
  customer_name text,
  service_id uuid,
  service_name text,
  staff_id uuid,
  preferred_start_date date,
  preferred_end_date date,
  preferred_times text[],
  preferred_days int[],
  priority int,
  status text,
  notes text,
  created_at timestamptz,
  offered_staff_id uuid,
  offered_starts_at timestamptz,
  offered_ends_at timestamptz,
  offered_price numeric,
  offer_expires_at timestamptz
)
language sql
stable
begin atomic
  select * from schnittwerk_core.list_waitlist(p_status, p_service_id, p_from, p_to, p_salon_id);
end;

comment on function schnittwerk.list_waitlist(text, uuid, date, date, uuid) is
  'The waitlist, best first: by priority, then the oldest. The offered_ columns show the open offer, which is held until offer_expires_at. Customers see their own entries. p_status: active, notified (an offer is open), booked, cancelled or expired; null means all. p_service_id: null means all. p_from, p_to: entries that want any local date between these; null means no limit. More than 100000 rows are invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_waitlist from public;
grant execute on function schnittwerk.list_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
