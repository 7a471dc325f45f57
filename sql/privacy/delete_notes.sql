create function schnittwerk_core.delete_notes(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointments uuid[];
  v_entries uuid[];
begin
  v_appointments := array(
    select a.id
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.ends_at < p_before
      and (
        num_nonnulls(a.notes, a.cancellation_reason) > 0
        or exists (
          select from schnittwerk_core.appointment_history h
          where h.salon_id = a.salon_id and h.appointment_id = a.id
            and num_nonnulls(h.reason, h.override_reason) > 0
        )
        or exists (
          select from schnittwerk_core.fee f
          join schnittwerk_core.journal j
            on j.salon_id = f.salon_id and j.subject_id = f.appointment_id
            and j.table_name = 'fee'
          join schnittwerk_core.journal_personal p
            on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
          where f.salon_id = a.salon_id and f.appointment_id = a.id
            and num_nonnulls(p.reason, p.override_reason) > 0
        )
      )
    limit case when p_is_dry_run then null else 10000 end
  );
  v_entries := array(
    select w.id
    from schnittwerk_core.waitlist w
    join schnittwerk_core.salon s on s.id = w.salon_id
    where w.salon_id = p_salon_id and w.created_at < p_before and w.notes is not null
      and w.status not in ('active', 'notified')
      and w.preferred_end_date < (p_before at time zone s.time_zone)::date
    limit case when p_is_dry_run then null else 10000 end
  );
  if not p_is_dry_run then
    -- Leaves rows that are locked to the next call. erase_customer locks several rows, too, so
    -- waiting for one could deadlock.
    v_appointments := array(
      select a.id
      from schnittwerk_core.appointments a
      where a.salon_id = p_salon_id and a.id = any (v_appointments)
      for no key update skip locked
    );
    v_entries := array(
      select w.id
      from schnittwerk_core.waitlist w
      where w.salon_id = p_salon_id and w.id = any (v_entries)
      for no key update skip locked
    );
    update schnittwerk_core.appointments a
    set notes = null, cancellation_reason = null
    where a.salon_id = p_salon_id and a.id = any (v_appointments)
      and num_nonnulls(a.notes, a.cancellation_reason) > 0;
    update schnittwerk_core.waitlist w
    set notes = null
    where w.salon_id = p_salon_id and w.id = any (v_entries);
    if cardinality(v_appointments || v_entries) > 0 then
      -- The journal has the text, too, and now once more as what was deleted.
      perform schnittwerk_core.record_erasure(p_salon_id, 'appointments', v_appointments);
      perform schnittwerk_core.record_erasure(p_salon_id, 'waitlist', v_entries);
      delete from schnittwerk_core.journal_personal p
      using schnittwerk_core.journal j
      where p.salon_id = p_salon_id and j.salon_id = p.salon_id
        and j.occurred_at = p.occurred_at and j.id = p.journal_id
        and j.table_name in ('appointments', 'fee', 'waitlist')
        and j.subject_id = any (v_appointments || v_entries);
    end if;
  end if;
  return cardinality(v_appointments) + cardinality(v_entries);
end
$$;

comment on function schnittwerk_core.delete_notes(uuid, timestamptz, boolean) is
  'Deletes the free text of appointments, of their fees and of waitlist entries that were over before an instant, also from the journal: of at most 10000 of each. Returns of how many. Does nothing if the instant is null.';

revoke execute on function schnittwerk_core.delete_notes from public;
