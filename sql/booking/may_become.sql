create function schnittwerk_core.may_become(
  p_thing text,
  p_from_status text,
  p_to_status text,
  p_starts_at timestamptz default null,
  p_correctable_until timestamptz default null
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from schnittwerk_core.status_transition t
    where t.thing = p_thing and t.from_status = p_from_status and t.to_status = p_to_status
      and case t.moment
        when 'before_start'
          then schnittwerk_core.clock() < greatest(p_starts_at, p_correctable_until)
        when 'from_start' then schnittwerk_core.clock() >= p_starts_at
        when 'correction'
          then schnittwerk_core.clock() >= p_starts_at
            and schnittwerk_core.clock() < p_correctable_until
        else true
      end
  );
end
$$;

comment on function schnittwerk_core.may_become(text, text, text, timestamptz, timestamptz) is
  'Whether the state machine allows an appointment (with its start) or a waitlist_entry this change of status now. p_correctable_until: until when a mistake can be corrected, if a reason is given.';

revoke execute on function schnittwerk_core.may_become from public;
