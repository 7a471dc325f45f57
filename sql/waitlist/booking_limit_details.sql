create function schnittwerk_core.booking_limit_details(
  p_salon_id uuid,
  p_customer_id uuid,
  p_starts_at timestamptz,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved_appointment_id uuid default null
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies constant jsonb := schnittwerk_core.effective_policies(p_salon_id);
  v_most_open constant int := (v_policies ->> 'max_open_bookings_per_customer')::numeric;
  v_most_a_day constant int := (v_policies ->> 'max_bookings_per_customer_and_day')::numeric;
  v_time_zone text;
  v_limit text;
begin
  if v_most_open > 0 and p_moved_appointment_id is null
    and schnittwerk_core.open_bookings(p_salon_id, p_customer_id, p_exclude_claim_ids)
      >= v_most_open
  then
    v_limit := v_most_open || ' open bookings';
  elsif v_most_a_day > 0 then
    select s.time_zone into v_time_zone from schnittwerk_core.salon s where s.id = p_salon_id;
    if v_most_a_day <= (
      select count(distinct b.booking_id)
      from (
        select coalesce(a.visit_id, a.id) as booking_id, a.starts_at
        from schnittwerk_core.appointments a
        where a.salon_id = p_salon_id and a.customer_id = p_customer_id
          and schnittwerk_core.is_live(a.status)
          and (p_moved_appointment_id in (a.id, a.visit_id)) is not true
          and a.starts_at between p_starts_at - interval '2 days' and p_starts_at + interval '2 days'
        union all
        select s.claim_id, s.starts_at
        from schnittwerk_core.held_slots(p_salon_id, p_customer_id, p_exclude_claim_ids) s
      ) b
      where (b.starts_at at time zone v_time_zone)::date
        = (p_starts_at at time zone v_time_zone)::date
    ) then
      v_limit := v_most_a_day || ' bookings a day';
    end if;
  end if;
  return (
    select format(e.details, v_limit)
    from schnittwerk_core.error_code e
    where e.code = 'booking_limit_reached' and v_limit is not null
  );
end
$$;

comment on function schnittwerk_core.booking_limit_details(uuid, uuid, timestamptz, uuid[], uuid) is
  'The details of booking_limit_reached if a limit keeps a customer from one more booking at a start, else null. A visit counts as one booking. Open offers and holds count, except the claims p_exclude_claim_ids. Moving p_moved_appointment_id, an appointment or a visit, can only exceed the limit of the day.';

revoke execute on function schnittwerk_core.booking_limit_details from public;
