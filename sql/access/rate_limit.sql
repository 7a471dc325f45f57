create function schnittwerk_core.rate_limit_kind(p_operation_type text)
returns text
language sql
immutable
parallel safe
return case
  when p_operation_type in (
    'create', 'create_visit', 'reschedule', 'reschedule_visit', 'hold_slot', 'join_waitlist',
    'accept_waitlist_offer'
  ) then 'booking'
  when p_operation_type in (
    'cancel', 'cancel_visit', 'release_hold', 'leave_waitlist', 'decline_waitlist_offer'
  ) then 'cancel'
  else 'change'
end;

comment on function schnittwerk_core.rate_limit_kind(text) is
  'Which limit a write counts for: booking (what takes time), cancel (what gives it back) or change (all else).';

revoke execute on function schnittwerk_core.rate_limit_kind from public;

create function schnittwerk_core.rate_limit(p_policies jsonb, p_role text, p_kind text)
returns int
language sql
immutable
parallel safe
return case when p_kind = 'code' then 5 else (p_policies ->> (p_kind || '_rate_limit_' || case p_role
  when 'admin' then 'admin' when 'receptionist' then 'staff' when 'staff' then 'staff'
  else 'customer' end))::int end;

comment on function schnittwerk_core.rate_limit(jsonb, text, text) is
  'How many writes of a kind a caller in a role may make in a minute; 0 means any number. Always 5 for the kind code, which counts wrong promotion codes. Receptionists count as staff, callers without a role as customers.';

revoke execute on function schnittwerk_core.rate_limit from public;

create function schnittwerk_core.recent_calls(p_calls timestamptz[])
returns timestamptz[]
language sql
stable
return array(
  select c.called_at
  from unnest(p_calls) c (called_at)
  where c.called_at > schnittwerk_core.clock() - interval '1 minute'
    -- A call that began earlier than another may count after it. One that is further ahead was
    -- counted before the clock was set back.
    and c.called_at < schnittwerk_core.clock() + interval '1 minute'
  order by c.called_at
);

comment on function schnittwerk_core.recent_calls(timestamptz[]) is
  'The calls of the last minute, oldest first. Calls from before the server''s clock was set back by a minute or more do not count.';

revoke execute on function schnittwerk_core.recent_calls from public;
