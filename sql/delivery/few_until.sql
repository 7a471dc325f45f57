create function schnittwerk_core.few_until(
  p_view text, p_salon_id uuid, p_before timestamptz
)
returns timestamptz
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_until timestamptz;
begin
  -- At least the entries of one instant, however many these are.
  execute format(
    'select greatest(('
    '  select e.occurred_at from schnittwerk_core.%1$I e'
    '  where e.salon_id = $1 and e.occurred_at < $2'
    '  order by e.occurred_at offset 10000 limit 1'
    '), min(e.occurred_at) + interval ''1 microsecond'')'
    ' from schnittwerk_core.%1$I e where e.salon_id = $1 and e.occurred_at < $2'
    ' having count(*) > 10000', p_view)
  into v_until
  using p_salon_id, p_before;
  return coalesce(v_until, p_before);
end
$$;

comment on function schnittwerk_core.few_until(text, uuid, timestamptz) is
  'The instant, at most p_before, before which about 10000 entries of audit or events were written: as many as one call releases.';

revoke execute on function schnittwerk_core.few_until from public;
