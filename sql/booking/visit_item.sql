create type schnittwerk_core.visit_item as (service_id uuid, staff_ids uuid[], part int);

comment on type schnittwerk_core.visit_item is
  'An item of a visit: the service, who may perform it, and the number of its part. The items of a part start together; the next part starts when all of them have ended.';

create function schnittwerk_core.visit_items_faults(p_items jsonb)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[] := array[schnittwerk_core.json_fault('p_items', p_items, 'array', true)];
  v_item jsonb;
  v_path text;
begin
  if v_faults[1] is not null then
    return v_faults;
  elsif jsonb_array_length(p_items) not between 1 and 8 then
    return array[schnittwerk_core.fault(
      'p_items', true, 'out_of_range', 'p_items must have 1 to 8 items')];
  end if;
  for v_n in 0 .. jsonb_array_length(p_items) - 1 loop
    v_item := p_items -> v_n;
    v_path := format('p_items[%s]', v_n);
    if (case jsonb_typeof(v_item)
      when 'object' then v_item - '{service_id,staff_id,together}'::text[] <> '{}' else true end)
    then
      v_faults := v_faults || schnittwerk_core.object_faults(
        v_path, v_item, '{service_id,staff_id,together}');
    end if;
    v_faults := v_faults || array[
      schnittwerk_core.json_fault(
        v_path || '.service_id', v_item -> 'service_id', 'uuid', jsonb_typeof(v_item) = 'object'),
      schnittwerk_core.json_fault(v_path || '.staff_id', v_item -> 'staff_id', 'uuid'),
      schnittwerk_core.json_fault(v_path || '.together', v_item -> 'together', 'boolean'),
      schnittwerk_core.fault(
        v_path || '.together', v_n = 0 and v_item @> '{"together": true}', 'nothing_before',
        'The first item has no item before it to start with')
    ];
  end loop;
  return v_faults;
end
$$;

comment on function schnittwerk_core.visit_items_faults(jsonb) is
  'The faults of the p_items of a visit: not a list of 1 to 8 objects with service_id, staff_id and together, or a first item with together true.';

revoke execute on function schnittwerk_core.visit_items_faults from public;

create function schnittwerk_core.visit_items(p_salon_id uuid, p_items jsonb)
returns schnittwerk_core.visit_item[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(
      i.service_id,
      case when i.staff_id is null
        then schnittwerk_core.performers(p_salon_id, i.service_id) else array[i.staff_id] end,
      sum((not i.is_together)::int) over (order by i.n)
    )::schnittwerk_core.visit_item
    from (
      select
        i.n,
        (i.value ->> 'service_id')::uuid as service_id,
        (i.value ->> 'staff_id')::uuid as staff_id,
        coalesce((i.value ->> 'together')::boolean, false) as is_together
      from jsonb_array_elements(p_items) with ordinality i (value, n)
    ) i
    order by i.n
  );
end
$$;

comment on function schnittwerk_core.visit_items(uuid, jsonb) is
  'The items of a visit from p_items without faults. An item without staff_id can be performed by anyone who performs the service.';

revoke execute on function schnittwerk_core.visit_items from public;

create function schnittwerk_core.booked_items(p_visit schnittwerk_core.appointments[])
returns schnittwerk_core.visit_item[]
language sql
stable
return array(
  select row(v.service_id, array[v.staff_id], v.n)::schnittwerk_core.visit_item
  from (
    select a.service_id, a.staff_id, row_number() over (order by a.visit_item) as n
    from unnest(p_visit) a
  ) v
  order by v.n
);

comment on function schnittwerk_core.booked_items(schnittwerk_core.appointments[]) is
  'The items of a booked visit that is to be moved, each in its own part: they keep their distances.';

revoke execute on function schnittwerk_core.booked_items from public;

create function schnittwerk_core.require_visit_items(
  p_salon_id uuid, p_items schnittwerk_core.visit_item[]
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  for v_n in 1 .. cardinality(p_items) loop
    perform schnittwerk_core.require_service_and_staff(
      p_salon_id, p_items[v_n].service_id, p_items[v_n].staff_ids, v_n - 1);
  end loop;
end
$$;

comment on function schnittwerk_core.require_visit_items(uuid, schnittwerk_core.visit_item[]) is
  'Refuses with not_found if the salon does not have one of the services or of the staff.';

revoke execute on function schnittwerk_core.require_visit_items from public;
