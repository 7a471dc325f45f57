create function schnittwerk_core.let_go(p_salon_id uuid, p_from timestamptz, p_until timestamptz)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- Looks rows up by their keys: the plan for many rows would read the whole table.
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_events_since constant timestamptz := (
    select z.events_since from schnittwerk_core.salon_state z where z.salon_id = p_salon_id
  );
  v_times timestamptz[];
  v_ids uuid[];
begin
  -- Including deliveries that had not ended when their events were released.
  with ended as (
    delete from schnittwerk_core.event_delivery d
    where d.salon_id = p_salon_id and d.occurred_at < v_events_since
      and d.status in ('delivered', 'skipped')
    returning d.occurred_at, d.event_id
  )
  select array_agg(e.occurred_at), array_agg(e.event_id) into v_times, v_ids
  from ended e;
  delete from schnittwerk_core.journal j
  using (
    select o.salon_id, o.occurred_at, o.id
    from schnittwerk_core.journal o
    where o.salon_id = p_salon_id and o.occurred_at >= p_from and o.occurred_at < p_until
    union
    select p_salon_id, d.occurred_at, d.event_id
    from unnest(v_times, v_ids) d (occurred_at, event_id)
    union
    -- The history of an appointment, kept until the appointment was deleted.
    select o.salon_id, o.occurred_at, o.id
    from schnittwerk_core.journal e
    join schnittwerk_core.journal o
      on o.salon_id = e.salon_id and o.subject_id = e.subject_id and o.occurred_at < p_until
    where e.salon_id = p_salon_id and e.occurred_at >= p_from and e.occurred_at < p_until
      and e.table_name = 'appointments' and e.kind = 'deleted'
  ) old, schnittwerk_core.salon_state z
  where j.salon_id = old.salon_id and j.occurred_at = old.occurred_at and j.id = old.id
    and z.salon_id = old.salon_id
    and (j.occurred_at < z.audit_since or not schnittwerk_core.is_audited(j.table_name))
    and (j.occurred_at < v_events_since or not exists (
      select from schnittwerk_core.published_kind k
      where k.table_name = j.table_name and k.kind = j.kind
    ))
    and schnittwerk_core.journal_may_go(j)
    and not exists (
      select from schnittwerk_core.event_delivery d
      where d.salon_id = j.salon_id and d.event_id = j.id and d.occurred_at = j.occurred_at
    );
end
$$;

comment on function schnittwerk_core.let_go(uuid, timestamptz, timestamptz) is
  'Deletes journal entries of [p_from, p_until) that nothing needs: neither the audit trail nor the events show them any more, and they are neither the history of an existing appointment nor still to be delivered. Deletes ended deliveries with them. No other function deletes entries.';

revoke execute on function schnittwerk_core.let_go from public;
