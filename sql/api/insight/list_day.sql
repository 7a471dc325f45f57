create function schnittwerk_core.list_day(p_date date, p_staff_id uuid, p_salon_id uuid)
returns table (
  staff_id uuid,
  staff_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  kind text,
  label text,
  appointment_id uuid,
  customer_name text,
  service_name text,
  status text
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
  v_offsets schnittwerk_core.zone_offset[];
  v_day tstzmultirange;
  v_staff_ids uuid[];
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.date_fault('p_date', p_date));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  v_offsets := (
    select schnittwerk_core.zone_offsets(s.time_zone, p_date, p_date)
    from schnittwerk_core.salon s
    where s.id = v_caller.salon_id
  );
  v_day := (
    select range_agg(schnittwerk_core.local_range(p_date, p_date + 1, z))
    from unnest(v_offsets) z
  );
  v_staff_ids := array(
    select m.id
    from schnittwerk_core.staff m
    where m.salon_id = v_caller.salon_id and (p_staff_id is null or m.id = p_staff_id)
  );

  return query
  with part as materialized (
    select
      s.staff_id, s.precedence, s.kind, s.label, null::uuid as appointment_id,
      null::uuid as customer_id, null::uuid as service_id, null as status, u.during
    from schnittwerk_core.calendar_stretches(
      v_caller.salon_id, p_date, v_offsets, schnittwerk_core.open_time_between(
        v_caller.salon_id, v_staff_ids, p_date, p_date, v_offsets)) s
    cross join lateral unnest(v_day * tstzmultirange(s.during)) u (during)
    union all
    select
      s.staff_id, s.precedence, s.kind, null, s.appointment_id, s.customer_id, s.service_id,
      s.status, u.during
    from schnittwerk_core.claimed_stretches(
      v_caller.salon_id, v_staff_ids, lower(v_day), upper(v_day)) s
    cross join lateral unnest(v_day * tstzmultirange(s.during)) u (during)
  ),
  edge as (
    select p.staff_id, lower(p.during) as instant from part p
    union
    select p.staff_id, upper(p.during) from part p
  ),
  cell as (
    select
      e.staff_id, e.instant as since,
      lead(e.instant) over (partition by e.staff_id order by e.instant) as until
    from edge e
  ),
  tile as (
    select distinct on (c.staff_id, c.since)
      c.staff_id, c.since, c.until, p.kind, p.label, p.appointment_id, p.customer_id,
      p.service_id, p.status
    from cell c
    join part p on p.staff_id = c.staff_id and p.during @> tstzrange(c.since, c.until)
    where c.until is not null
    -- of two gaps the one of the appointment that began last
    order by c.staff_id, c.since, p.precedence, lower(p.during) desc, p.label, p.appointment_id
  ),
  begun as (
    select
      t.*,
      (t.since, t.kind, t.label, t.appointment_id, t.customer_id, t.service_id)
        is distinct from lag(
          (t.until, t.kind, t.label, t.appointment_id, t.customer_id, t.service_id)
        ) over (partition by t.staff_id order by t.since) as begins
    from tile t
  ),
  numbered as (
    select
      b.*, count(*) filter (where b.begins) over (partition by b.staff_id order by b.since) as n
    from begun b
  ),
  stretch as (
    select
      n.staff_id, min(n.since) as since, max(n.until) as until, n.kind, n.label,
      n.appointment_id, n.customer_id, n.service_id, n.status
    from numbered n
    group by
      n.staff_id, n.n, n.kind, n.label, n.appointment_id, n.customer_id, n.service_id, n.status
  )
  select
    m.id, m.full_name, s.since, s.until, s.kind, s.label, s.appointment_id, c.full_name, v.name,
    s.status
  from stretch s
  join schnittwerk_core.staff m on m.salon_id = v_caller.salon_id and m.id = s.staff_id
  left join schnittwerk_core.customers c
    on c.salon_id = v_caller.salon_id and c.id = s.customer_id
  left join schnittwerk_core.services v
    on v.salon_id = v_caller.salon_id and v.id = s.service_id
  where m.is_active or exists (
    select from stretch o where o.staff_id = m.id and o.appointment_id is not null
  )
  order by schnittwerk_core.sort_key(m.full_name), m.full_name, m.id, s.since
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.rows_fault('p_staff_id', v_count, 'name one member of staff'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_day', v_count);
end
$$;

comment on function schnittwerk_core.list_day(date, uuid, uuid) is 'Engine of schnittwerk.list_day.';

revoke execute on function schnittwerk_core.list_day from public;
grant execute on function schnittwerk_core.list_day
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_day(
  p_date date, p_staff_id uuid default null, p_salon_id uuid default null
)
returns table (
  staff_id uuid,
  staff_name text,
  starts_at timestamptz,
  ends_at timestamptz,
  kind text,
  label text,
  appointment_id uuid,
  customer_name text,
  service_name text,
  status text
)
language sql
stable
begin atomic
  select
    r.staff_id, r.staff_name, r.starts_at, r.ends_at, r.kind, r.label, r.appointment_id,
    r.customer_name, r.service_name, r.status
  from schnittwerk_core.list_day(p_date, p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.list_day(date, uuid, uuid) is
  'The salon''s local day as stretches of the time of each member of staff (p_staff_id null = all), by name and start: they cover the day from 00:00 to 24:00 without holes or overlaps. Lists active staff, and inactive ones with an appointment that day. kind: booked (the steps of a pending, confirmed or completed appointment that need them), held (an open hold or waitlist offer), buffer, gap (a step of an appointment without them, free for another one); else holiday (label: its name), off (approved time off, label: its type; or, without a label, not at work while the salon is open), closed, break (between two open stretches of theirs, where it is neither a holiday nor time off), open (open time that nothing claims, past or to come; notice and horizon do not count). appointment_id and status: of booked, gap and an appointment''s buffer; customer_name (null where a hold has none) and service_name: of those and of held. For the salon team. At most 100000 rows, else invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_day from public;
grant execute on function schnittwerk.list_day
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
