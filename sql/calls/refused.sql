create function schnittwerk_core.refused(
  p_caller schnittwerk_core.caller,
  p_sqlstate text,
  p_message text,
  p_detail text,
  p_constraint text
)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_sqlstate ~ '^PT' then
    p_caller.answer := schnittwerk_core.failure(p_message, p_detail) || case
      when p_constraint <> '' then jsonb_build_object('item', p_constraint::int) else '{}' end;
  elsif p_sqlstate = '23P01' then
    -- Only direct SQL and old snapshots get past the lock. The DETAIL would show another's times.
    p_caller.answer := schnittwerk_core.failure('slot_conflict');
  else
    p_caller.answer := schnittwerk_core.constraint_failure(
      p_constraint, case when p_constraint = 'salon_time_zone_is_known' then p_detail end);
    if p_caller.answer is null and p_sqlstate in ('23503', '23505') then
      -- Another transaction has changed what this one had checked: a retry sees it.
      raise exception using
        errcode = 'serialization_failure',
        message = 'could not serialize access due to concurrent changes',
        hint = 'Repeat the whole call with the same key.';
    end if;
    p_caller.answer := coalesce(p_caller.answer, schnittwerk_core.invalid_input(array[
      schnittwerk_core.fault('', true, p_constraint, replace(p_constraint, '_', ' '))]));
  end if;
  -- The registry words a rule as the failure of a booking. Other operations have their own titles.
  p_caller.answer := p_caller.answer || coalesce((
    select jsonb_build_object('error', t.title)
    from schnittwerk_core.error_code e
    cross join lateral (
      -- Visits have the titles of appointments.
      select case replace(p_caller.operation_type, '_visit', '')
        when 'cancel' then 'Booking cancellation failed'
        when 'reschedule' then case e.code
          when 'slot_conflict' then 'New time slot not available'
          else 'Booking reschedule failed' end
        when 'hold_slot' then 'Slot hold failed'
        when 'release_hold' then 'Hold release failed'
        when 'waive_fee' then 'Fee waiver failed'
        when 'join_waitlist' then 'Waitlist entry failed'
        when 'update_waitlist_entry' then case when e.code <> 'wrong_status'
          then 'Waitlist entry failed' end
        when 'delete_salon' then 'Salon deletion failed'
        when 'erase_customer' then 'Customer erasure failed'
        when 'merge_customers' then 'Customer merge failed'
        when 'unmerge_customer' then 'Customer unmerge failed'
      end as title
    ) t
    where e.code = p_caller.answer ->> 'code' and e.is_rule and t.title is not null
  ), '{}');
  return p_caller;
end
$$;

comment on function schnittwerk_core.refused(schnittwerk_core.caller, text, text, text, text) is
  'Turns what left the body of a write into the caller''s answer. A refusal (SQLSTATE PTxxx, raised by refuse) becomes the failure envelope; p_constraint is then the item of a visit that fails. The violation of a constraint (class 23) becomes a fault of the arguments, or 40001 if another transaction was first. Its message and DETAIL never reach a client.';

revoke execute on function schnittwerk_core.refused from public;
