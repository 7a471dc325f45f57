create function schnittwerk_core.visit_message(p_event schnittwerk_core.events)
returns jsonb
language sql
stable
return (
  select jsonb_build_object(
    'id', (p_event).data -> 'visit_id',
    -- Rises with every change of an item, and is of the same moment as the items.
    'sequence', sum(i.version),
    'status', case when bool_or(i.is_live and i.status = 'pending') then 'pending'
      when bool_or(i.is_live) then 'confirmed' else 'cancelled' end,
    'price', coalesce(sum(i.price) filter (where i.is_live), 0),
    'appointments', coalesce(
      jsonb_agg(i.item order by i.starts_at, i.visit_item) filter (where i.is_live), '[]'),
    'cancelled', coalesce(
      jsonb_agg(i.item order by i.starts_at, i.visit_item) filter (where i.is_cancelled), '[]')
  )
  from (
    select
      a.version, a.status, a.price, a.starts_at, a.visit_item,
      schnittwerk_core.is_live(a.status) as is_live,
      (p_event).type = 'appointment.cancelled' and exists (
        select from schnittwerk_core.journal j
        where j.salon_id = a.salon_id and j.transaction_id = (p_event).transaction_id
          and j.subject_id = a.id and j.table_name = 'appointments' and j.kind = 'cancelled'
      ) as is_cancelled,
      jsonb_build_object(
        'id', a.id,
        'starts_at', schnittwerk_core.utc_text(a.starts_at),
        'ends_at', schnittwerk_core.utc_text(a.ends_at),
        'price', a.price,
        'local_times', jsonb_build_object(
          'starts_at', a.starts_at at time zone s.time_zone,
          'ends_at', a.ends_at at time zone s.time_zone),
        'service', jsonb_build_object('name', v.name),
        'staff', jsonb_build_object('full_name', m.full_name)
      ) as item
    from schnittwerk_core.appointments a
    join schnittwerk_core.salon s on s.id = a.salon_id
    join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
    join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
    where a.salon_id = (p_event).salon_id and a.visit_id = ((p_event).data ->> 'visit_id')::uuid
  ) i
);

comment on function schnittwerk_core.visit_message(schnittwerk_core.events) is
  'The visit of an event''s appointment, for messages, as it is now: status (pending while an item is), total price, the live items, and the items that the event''s transaction has cancelled.';

revoke execute on function schnittwerk_core.visit_message from public;
