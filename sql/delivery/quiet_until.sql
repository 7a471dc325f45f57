create function schnittwerk_core.quiet_until(
  p_salon schnittwerk_core.salon, p_instant timestamptz
)
returns timestamptz
language sql
stable
parallel safe
return (
  select case when
    case when (p_salon).quiet_from < (p_salon).quiet_until
      then l.time >= (p_salon).quiet_from and l.time < (p_salon).quiet_until
      else l.time >= (p_salon).quiet_from or l.time < (p_salon).quiet_until
    end
    then (
      l.date + (p_salon).quiet_until
      + case when l.time >= (p_salon).quiet_until then interval '1 day' else '0' end
    ) at time zone (p_salon).time_zone
  end
  from (
    select (n.local)::date as date, (n.local)::time as time
    from (select p_instant at time zone (p_salon).time_zone as local) n
  ) l
);

comment on function schnittwerk_core.quiet_until(schnittwerk_core.salon, timestamptz) is
  'The end of the salon''s quiet hours around an instant; null if it is not in quiet hours.';

revoke execute on function schnittwerk_core.quiet_until from public;
