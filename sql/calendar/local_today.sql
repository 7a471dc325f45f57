create function schnittwerk_core.local_today(p_salon_id uuid)
returns date
language sql
stable
parallel safe
return (
  select (schnittwerk_core.clock() at time zone s.time_zone)::date
  from schnittwerk_core.salon s
  where s.id = p_salon_id
);

comment on function schnittwerk_core.local_today(uuid) is 'The date in a salon''s zone.';

revoke execute on function schnittwerk_core.local_today from public;
