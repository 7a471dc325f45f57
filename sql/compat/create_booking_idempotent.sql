create function schnittwerk.create_booking_idempotent(
  p_idempotency_key text,
  p_customer_id uuid,
  p_staff_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_price decimal default null,
  p_notes text default null,
  p_user_id uuid default null,
  p_salon_id uuid default null
)
returns table (operation_id uuid, appointment_id uuid, status text, error_message text)
language sql
volatile
begin atomic
  select
    (r.answer ->> 'operation_id')::uuid,
    (r.answer #>> '{appointment,id}')::uuid,
    case when (r.answer ->> 'success')::boolean then 'completed' else 'failed' end,
    case when r.answer ->> 'code' = 'slot_conflict' then 'Slot not available: ' else '' end
      || (r.answer ->> 'details')
  from (
    select schnittwerk_core.create_booking(
      p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes, p_price,
      null, null, null, p_salon_id, p_ends_at, p_user_id
    ) as answer
  ) r;
end;

comment on function schnittwerk.create_booking_idempotent(text, uuid, uuid, uuid, timestamptz, timestamptz, decimal, text, uuid, uuid) is
  'The original system''s booking. Calls create_booking and returns one row, whose status is completed or failed; error_message has the details of a refusal. p_ends_at, p_price: checked if given. p_user_id: the user for whom the service acts. The other arguments are those of create_booking.';

revoke execute on function schnittwerk.create_booking_idempotent from public;
grant execute on function schnittwerk.create_booking_idempotent
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
