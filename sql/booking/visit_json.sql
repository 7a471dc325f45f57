create function schnittwerk_core.visit_json(p_visit schnittwerk_core.appointments[])
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_by_progress constant text[] := array[
    'pending', 'confirmed', 'completed', 'no_show', 'cancelled'];
  v_item schnittwerk_core.appointments;
  v_are_all_cancelled boolean := true;
  v_starts_at timestamptz;
  v_ends_at timestamptz;
  v_price numeric := 0;
  v_status text;
  v_appointments jsonb[] := array[]::jsonb[];
begin
  foreach v_item in array p_visit loop
    v_are_all_cancelled := v_are_all_cancelled and v_item.status = 'cancelled';
    v_appointments := v_appointments || schnittwerk_core.appointment_json(v_item);
  end loop;
  foreach v_item in array p_visit loop
    -- An item that was cancelled alone no longer counts for the visit's time and price.
    continue when v_item.status = 'cancelled' and not v_are_all_cancelled;
    v_starts_at := least(v_starts_at, v_item.starts_at);
    v_ends_at := greatest(v_ends_at, v_item.ends_at);
    v_price := v_price + v_item.price;
    if v_status is null or array_position(v_by_progress, v_item.status::text)
      < array_position(v_by_progress, v_status)
    then
      v_status := v_item.status;
    end if;
  end loop;
  return jsonb_build_object(
    'id', p_visit[1].visit_id,
    'customer_id', p_visit[1].customer_id,
    'starts_at', schnittwerk_core.utc_text(v_starts_at),
    'ends_at', schnittwerk_core.utc_text(v_ends_at),
    'price', v_price,
    'status', v_status,
    'appointments', to_jsonb(v_appointments)
  );
end
$$;

comment on function schnittwerk_core.visit_json(schnittwerk_core.appointments[]) is
  'A visit from its appointments, which are in order: from the first start to the last end, the sum of the prices, the status of the item that is furthest from done, and the appointments. Cancelled items count only if all are cancelled.';

revoke execute on function schnittwerk_core.visit_json from public;
