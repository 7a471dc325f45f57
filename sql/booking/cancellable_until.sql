create function schnittwerk_core.cancellable_until(
  p_caller schnittwerk_core.caller, p_appointment schnittwerk_core.appointments
)
returns timestamptz
language sql
stable
return case
  when (p_caller).role = 'customer'
    and schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(p_appointment)
    then schnittwerk_core.cancel_deadline(p_appointment)
end;

comment on function schnittwerk_core.cancellable_until(schnittwerk_core.caller, schnittwerk_core.appointments) is
  'The new cancellable_until of an appointment that the caller moves: the deadline, if its customer has already missed it. Null if the new start sets the deadline.';

revoke execute on function schnittwerk_core.cancellable_until from public;
