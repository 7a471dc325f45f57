create type schnittwerk_core.open_time as (
  staff_id uuid,
  opening tstzmultirange,
  closed tstzmultirange,
  working tstzmultirange,
  service_ids uuid[]
);

comment on type schnittwerk_core.open_time is
  'What makes appointments of a member of staff possible: the salon''s hours, its closures, when they work, and the services that they perform (none while they are inactive).';

create function schnittwerk_core.open_time_between(
  p_salon_id uuid,
  p_staff_ids uuid[],
  p_from date,
  p_until date,
  p_offsets schnittwerk_core.zone_offset[]
)
returns schnittwerk_core.open_time[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_opening constant tstzmultirange :=
    schnittwerk_core.opening_time(p_salon_id, p_from, p_until, p_offsets);
  v_closed constant tstzmultirange :=
    schnittwerk_core.closed_time(p_salon_id, p_from, p_until, p_offsets);
begin
  return array(
    select row(
      m.id, v_opening, v_closed,
      schnittwerk_core.working_time(p_salon_id, m.id, p_from, p_until, p_offsets),
      array(
        select p.service_id
        from schnittwerk_core.staff_services p
        join schnittwerk_core.services v on v.salon_id = p.salon_id and v.id = p.service_id
        where p.salon_id = p_salon_id and p.staff_id = m.id and v.is_active and m.is_active
      )
    )::schnittwerk_core.open_time
    from schnittwerk_core.staff m
    where m.salon_id = p_salon_id and (p_staff_ids is null or m.id = any (p_staff_ids))
  );
end
$$;

comment on function schnittwerk_core.open_time_between(uuid, uuid[], date, date, schnittwerk_core.zone_offset[]) is
  'The open time of the staff given (null = all) on the local dates from p_from to p_until, whose offsets are given.';

revoke execute on function schnittwerk_core.open_time_between from public;

-- Reads the tables, not the stored weeks: a change is compared with the state before it, perhaps by
-- other rules for the time zone, and up to the last appointment.
create function schnittwerk_core.open_time_of(
  p_salon_id uuid,
  p_staff_ids uuid[],
  p_until timestamptz,
  p_offsets schnittwerk_core.zone_offset[] default null
)
returns schnittwerk_core.open_time[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- a shift may have begun the day before, and zones are up to 26 hours apart
  v_from constant date := schnittwerk_core.local_today(p_salon_id) - 2;
  v_until constant date := greatest(v_from, (p_until at time zone 'UTC')::date) + 3;
  v_offsets constant schnittwerk_core.zone_offset[] := coalesce(p_offsets, (
    select schnittwerk_core.zone_offsets(s.time_zone, v_from, v_until)
    from schnittwerk_core.salon s
    where s.id = p_salon_id
  ));
begin
  return schnittwerk_core.open_time_between(
    p_salon_id, p_staff_ids, v_from, v_until, v_offsets);
end
$$;

comment on function schnittwerk_core.open_time_of(uuid, uuid[], timestamptz, schnittwerk_core.zone_offset[]) is
  'The open time of the staff given (null = all) from now until p_until, by the server''s rules for the salon''s time zone or by p_offsets.';

revoke execute on function schnittwerk_core.open_time_of from public;
