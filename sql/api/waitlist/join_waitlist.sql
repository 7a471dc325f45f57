create function schnittwerk_core.join_waitlist(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_preferred_start_date date,
  p_preferred_end_date date,
  p_staff_id uuid,
  p_preferred_times time[],
  p_preferred_days int[],
  p_priority int,
  p_notes text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'join_waitlist', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_past schnittwerk_core.waitlist;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    if v_caller.answer is null and p_priority <> 0
      and not schnittwerk_core.is_of_salon(v_caller)
    then
      v_caller.answer := schnittwerk_core.failure(
        'forbidden', 'Only the salon team sets a priority');
    end if;
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_entry.salon_id := v_caller.salon_id;
    v_entry.customer_id := v_caller.customer_id;
    v_entry.service_id := p_service_id;
    v_entry.staff_id := p_staff_id;
    v_entry.preferred_start_date := p_preferred_start_date;
    v_entry.preferred_end_date := p_preferred_end_date;
    v_entry.preferred_times := p_preferred_times;
    v_entry.preferred_days := p_preferred_days;
    v_entry.priority := p_priority;
    v_entry.notes := p_notes;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, to_jsonb(v_entry),
      variadic array[
        schnittwerk_core.fault(
          'p_customer_id', v_caller.kind = 'service' and p_customer_id is null, 'required',
          'p_customer_id is required: the service is not a customer'),
        schnittwerk_core.required_fault('p_service_id', p_service_id is null)
      ] || schnittwerk_core.waitlist_faults('p_', v_entry) || schnittwerk_core.fault(
        'p_preferred_end_date',
        coalesce(
          p_preferred_end_date < schnittwerk_core.local_today(v_caller.salon_id), false),
        'out_of_range', 'p_preferred_end_date must not have passed')
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
      perform schnittwerk_core.require_service_and_staff(
        v_caller.salon_id, p_service_id, array[p_staff_id]);
      -- As a booking locks them, so that an old snapshot does not miss a change of what is offered.
      perform schnittwerk_core.lock_resources(
        v_caller.salon_id,
        schnittwerk_core.performers(v_caller.salon_id, p_service_id) || p_staff_id
          || schnittwerk_core.offered_resources(v_caller.salon_id, v_caller.customer_id)
      );
      if not exists (
        select from schnittwerk_core.services v
        where v.salon_id = v_caller.salon_id and v.id = p_service_id and v.is_active
      ) or p_staff_id is not null and not p_staff_id = any (
        schnittwerk_core.performers(v_caller.salon_id, p_service_id)
      ) then
        perform schnittwerk_core.refuse('service_not_offered');
      end if;

      -- Ends an entry whose dates have passed, if process_waitlist has not done so yet.
      select w.* into v_past
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.customer_id = v_entry.customer_id
        and w.service_id = v_entry.service_id and w.status in ('active', 'notified')
        and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
      if found then
        perform schnittwerk_core.expire_entry(v_past);
      end if;
      insert into schnittwerk_core.waitlist as w (
        salon_id, customer_id, service_id, staff_id, preferred_start_date, preferred_end_date,
        preferred_times, preferred_days, priority, notes
      )
      values (
        v_entry.salon_id, v_entry.customer_id, v_entry.service_id, v_entry.staff_id,
        v_entry.preferred_start_date, v_entry.preferred_end_date, v_entry.preferred_times,
        v_entry.preferred_days, v_entry.priority, v_entry.notes
      )
      on conflict (salon_id, customer_id, service_id) where status in ('active', 'notified')
        do nothing
      returning w.* into v_entry;
      if not found then
        perform schnittwerk_core.refuse(
          'already_exists', 'The customer waits for this service already');
      end if;
      v_caller.answer := schnittwerk_core.success(
        'waitlist_entry', schnittwerk_core.waitlist_json(v_entry), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.join_waitlist(text, uuid, uuid, date, date, uuid, time[], int[], int, text, uuid) is
  'Engine of schnittwerk.join_waitlist.';

revoke execute on function schnittwerk_core.join_waitlist from public;
grant execute on function schnittwerk_core.join_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.join_waitlist(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_preferred_start_date date,
  p_preferred_end_date date,
  p_staff_id uuid default null,
  p_preferred_times time[] default null,
  p_preferred_days int[] default null,
  p_priority int default 0,
  p_notes text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.join_waitlist(
  p_idempotency_key, p_customer_id, p_service_id, p_preferred_start_date, p_preferred_end_date,
  p_staff_id, p_preferred_times, p_preferred_days, p_priority, p_notes, p_salon_id
);

comment on function schnittwerk.join_waitlist(text, uuid, uuid, date, date, uuid, time[], int[], int, text, uuid) is
  'Puts a customer on the waitlist for a service. Answers {"waitlist_entry"}. A customer has at most one active entry for a service. p_idempotency_key: as for create_booking. p_customer_id: null means the caller. p_preferred_start_date, p_preferred_end_date: local dates, both included, at most 730 days apart. p_staff_id: null means anyone. p_preferred_times: 1 to 96 exact local starts; null means any. p_preferred_days: 1 to 7 of 0 (Sunday) to 6; null means any. p_priority: 0 to 10, the highest first; only the salon team sets it. p_notes: at most 2000 characters; the booking keeps them. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, already_exists, service_not_offered.';

revoke execute on function schnittwerk.join_waitlist from public;
grant execute on function schnittwerk.join_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
