create function schnittwerk_core.visible_visit(
  p_caller schnittwerk_core.caller, p_visit_id uuid
)
returns schnittwerk_core.appointments[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit schnittwerk_core.appointments[];
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_visit_id', p_visit_id is null));
  v_visit := array(
    select a
    from schnittwerk_core.appointments a
    where a.salon_id = p_caller.salon_id and a.visit_id = p_visit_id
      and schnittwerk_core.may_know_customer(p_caller, a.customer_id)
    order by a.visit_item
  );
  if v_visit = '{}' then
    perform schnittwerk_core.refuse('not_found', 'There is no such visit');
  end if;
  return v_visit;
end
$$;

comment on function schnittwerk_core.visible_visit(schnittwerk_core.caller, uuid) is
  'The appointments of a visit, in the order of its items. Refuses with not_found if there are none or the caller may not see them: customers see only their own.';

revoke execute on function schnittwerk_core.visible_visit from public;

create function schnittwerk_core.lock_visit(
  p_caller schnittwerk_core.caller, p_visit_id uuid, p_may_cost_a_fee boolean default false
)
returns schnittwerk_core.appointments[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit schnittwerk_core.appointments[];
begin
  if p_may_cost_a_fee then
    loop
      exit when (
        select bool_and(schnittwerk_core.hold_fee_payer(v))
        from unnest(schnittwerk_core.visible_visit(p_caller, p_visit_id)) v
      );
    end loop;
  end if;
  -- Before the resources, like lock_appointment.
  v_visit := array(
    select a
    from schnittwerk_core.appointments a
    where a.salon_id = p_caller.salon_id and a.visit_id = p_visit_id
      and schnittwerk_core.may_know_customer(p_caller, a.customer_id)
    order by a.id
    for no key update
  );
  if v_visit = '{}' then
    perform schnittwerk_core.refuse('not_found', 'There is no such visit');
  end if;
  return v_visit;
end
$$;

comment on function schnittwerk_core.lock_visit(schnittwerk_core.caller, uuid, boolean) is
  'Locks the appointments of the visit that a call changes, by id, until the transaction ends, and returns them. Refuses with not_found as visible_visit does. p_may_cost_a_fee as for lock_appointment.';

revoke execute on function schnittwerk_core.lock_visit from public;

create function schnittwerk_core.open_items(p_visit schnittwerk_core.appointments[])
returns schnittwerk_core.appointments[]
language sql
immutable
parallel safe
return array(
  select v from unnest(p_visit) v where v.status in ('pending', 'confirmed') order by v.visit_item
);

comment on function schnittwerk_core.open_items(schnittwerk_core.appointments[]) is
  'The items of a visit that can still be moved or cancelled, in order.';

revoke execute on function schnittwerk_core.open_items from public;

create function schnittwerk_core.earliest_item(p_visit schnittwerk_core.appointments[])
returns schnittwerk_core.appointments
language sql
immutable
parallel safe
return (
  select v
  from unnest(p_visit) v
  order by v.status not in ('pending', 'confirmed'), v.starts_at, v.visit_item
  limit 1
);

comment on function schnittwerk_core.earliest_item(schnittwerk_core.appointments[]) is
  'The item that sets a visit''s deadlines and limits: the earliest that can still be moved or cancelled, else the earliest of all.';

revoke execute on function schnittwerk_core.earliest_item from public;
