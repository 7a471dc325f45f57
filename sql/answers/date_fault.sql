create function schnittwerk_core.is_known_date(p_value date)
returns boolean
language sql
immutable
parallel safe
return coalesce(p_value between '1900-01-01' and '2999-12-31', false);

comment on function schnittwerk_core.is_known_date(date) is
  'Whether a date is one that requests may name: from 1900 to 2999.';

revoke execute on function schnittwerk_core.is_known_date from public;

create function schnittwerk_core.date_fault(
  p_path text, p_value date, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return case
  when p_value is null and not p_is_required then null
  when p_value is null then schnittwerk_core.required_fault(p_path, true)
  when not schnittwerk_core.is_known_date(p_value)
    then schnittwerk_core.fault(
      p_path, true, 'out_of_range', p_path || ' must be from 1900-01-01 to 2999-12-31')
end;

comment on function schnittwerk_core.date_fault(text, date, boolean) is
  'The fault of a date: missing, or outside 1900 to 2999, as infinity is.';

revoke execute on function schnittwerk_core.date_fault from public;
