create function schnittwerk_core.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text,
  p_buffer_before_minutes int,
  p_buffer_after_minutes int,
  p_is_active boolean,
  p_min_price numeric,
  p_max_price numeric,
  p_id uuid,
  p_clear text[],
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
    'save_service', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_service schnittwerk_core.services;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_name := schnittwerk_core.line(p_name);
    p_category := schnittwerk_core.line(p_category);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
        schnittwerk_core.number_fault(
          'p_duration_minutes', p_duration_minutes, 1, 1440, p_id is null),
        schnittwerk_core.price_fault('p_base_price', p_base_price, p_id is null),
        schnittwerk_core.line_fault('p_category', p_category, 200, false),
        schnittwerk_core.number_fault(
          'p_buffer_before_minutes', p_buffer_before_minutes, 0, 1440, false),
        schnittwerk_core.number_fault(
          'p_buffer_after_minutes', p_buffer_after_minutes, 0, 1440, false),
        schnittwerk_core.price_fault('p_min_price', p_min_price, false),
        schnittwerk_core.price_fault('p_max_price', p_max_price, false),
        schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
          'p_buffer_before_minutes', p_buffer_before_minutes,
          'p_buffer_after_minutes', p_buffer_after_minutes,
          'p_min_price', p_min_price,
          'p_max_price', p_max_price
        ))
      ] || case when p_id is null then schnittwerk_core.service_price_faults(
        p_base_price, p_min_price, p_max_price, true, true) end
    );
  end if;
  if v_caller.answer is null then
    begin
      if p_id is null then
        insert into schnittwerk_core.services as v (
          salon_id, name, category, duration_minutes, base_price,
          min_price, max_price, buffer_before_minutes, buffer_after_minutes, is_active
        )
        values (
          v_caller.salon_id, p_name, coalesce(p_category, 'general'), p_duration_minutes,
          p_base_price, p_min_price, p_max_price, p_buffer_before_minutes,
          p_buffer_after_minutes, coalesce(p_is_active, true)
        )
        returning v.* into v_service;
      else
        if p_is_active is false then
          v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
        else
          perform schnittwerk_core.lock_staff(v_caller.salon_id);
        end if;
        select v.* into v_service
        from schnittwerk_core.services v
        where v.salon_id = v_caller.salon_id and v.id = p_id;
        v_service.min_price := coalesce(
          p_min_price,
          case when 'p_min_price' = any (p_clear) then null else v_service.min_price end);
        v_service.max_price := coalesce(
          p_max_price,
          case when 'p_max_price' = any (p_clear) then null else v_service.max_price end);
        perform schnittwerk_core.require_valid(
          variadic schnittwerk_core.service_price_faults(
            coalesce(p_base_price, v_service.base_price), v_service.min_price,
            v_service.max_price, p_min_price is not null, p_max_price is not null));
        if p_duration_minutes is not null then
          perform schnittwerk_core.require_valid(schnittwerk_core.fault(
            'p_duration_minutes',
            coalesce(
              p_duration_minutes <> schnittwerk_core.total_minutes(v_service.steps), false),
            'has_steps',
            'The service has steps: change its duration by set_service_steps'));
          v_service.duration_minutes := p_duration_minutes;
          perform schnittwerk_core.require_valid(
            variadic schnittwerk_core.service_misfits('p_duration_minutes', v_service));
        end if;
        update schnittwerk_core.services as v
        set
          name = coalesce(p_name, v.name),
          category = coalesce(p_category, v.category),
          duration_minutes = coalesce(p_duration_minutes, v.duration_minutes),
          base_price = coalesce(p_base_price, v.base_price),
          min_price = v_service.min_price,
          max_price = v_service.max_price,
          buffer_before_minutes = coalesce(
            p_buffer_before_minutes,
            case when 'p_buffer_before_minutes' = any (p_clear) then null
              else v.buffer_before_minutes end),
          buffer_after_minutes = coalesce(
            p_buffer_after_minutes,
            case when 'p_buffer_after_minutes' = any (p_clear) then null
              else v.buffer_after_minutes end),
          is_active = coalesce(p_is_active, v.is_active)
        where v.salon_id = v_caller.salon_id and v.id = p_id
        returning v.* into v_service;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such service');
        end if;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'service',
        schnittwerk_core.service_json(v_service),
        case when p_id is null then 201 else 200 end)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_service(text, int, numeric, text, int, int, boolean, numeric, numeric, uuid, text[], uuid) is
  'Engine of schnittwerk.save_service.';

revoke execute on function schnittwerk_core.save_service from public;
grant execute on function schnittwerk_core.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text default null,
  p_buffer_before_minutes int default null,
  p_buffer_after_minutes int default null,
  p_is_active boolean default null,
  p_min_price numeric default null,
  p_max_price numeric default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_service(
  p_name, p_duration_minutes, p_base_price, p_category, p_buffer_before_minutes,
  p_buffer_after_minutes, p_is_active, p_min_price, p_max_price, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_service(text, int, numeric, text, int, int, boolean, numeric, numeric, uuid, text[], uuid) is
  'Adds a service, or changes the given values of the one with p_id. Answers {"service", "affected_appointments"}. affected_appointments lists the appointments that a deactivation makes impossible, in the form of list_affected_appointments. For admins. p_name: unique in the salon, at most 200 characters. p_duration_minutes: 1 to 1440. For a service with steps set_service_steps changes it. p_base_price: in the salon''s currency, two decimals. p_category: free grouping, at most 200 characters; general for a new service. p_buffer_before_minutes, p_buffer_after_minutes: 0 to 1440; empty means none before, and the salon''s after. p_is_active: inactive services cannot be booked; a new service is active. p_min_price, p_max_price: the least and the most that the service costs, whatever members of staff and price rules make of it. The base price must lie between them; empty means no limit. p_id: the service to change; null values then stay. p_clear: parameters to empty, with p_id: p_buffer_before_minutes, p_buffer_after_minutes, p_min_price, p_max_price. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_service from public;
grant execute on function schnittwerk.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
