create function schnittwerk_core.forget_filled(
  p_merge schnittwerk_core.customer_merge,
  p_changes schnittwerk_core.merge_change[],
  p_operation_id uuid
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_filled schnittwerk_core.merge_change;
  v_old jsonb;
begin
  select c.* into v_filled
  from unnest(p_changes) c
  where c.table_name = 'customers' and c.kind = 'updated';
  select c.before into v_old
  from unnest(p_changes) c
  where c.table_name = 'customers' and c.kind = 'deleted';
  -- also tells export_customer that somebody was merged into the kept one for a while
  perform schnittwerk_core.record_erasure(
    p_merge.salon_id, 'customer_merge', array[p_merge.kept_id]);
  delete from schnittwerk_core.journal_personal p
  where p.salon_id = p_merge.salon_id and p.occurred_at = p_merge.merged_at
    and p.subject_id = p_merge.kept_id and p.journal_id in (
      select c.journal_id
      from unnest(p_changes) c
      where c.table_name in ('customers', 'contact_preference', 'contact_consent')
    );
  -- when they were taken back
  delete from schnittwerk_core.journal_personal p
  using schnittwerk_core.journal j
  where j.salon_id = p_merge.salon_id and j.subject_id = p_merge.kept_id
    and j.occurred_at = schnittwerk_core.clock()
    and j.operation_id = p_operation_id
    and j.table_name in ('customers', 'contact_preference', 'contact_consent')
    and p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
    and p.subject_id = p_merge.kept_id;
  -- and in between: when they were changed, or the kept customer was merged and unmerged, too
  delete from schnittwerk_core.journal_personal p
  using schnittwerk_core.journal j
  where j.salon_id = p_merge.salon_id and j.subject_id = p_merge.kept_id
    and j.occurred_at > p_merge.merged_at and j.table_name = 'customers'
    and p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
    and exists (
      select from unnest(array['email', 'notes', 'phone']) f (key)
      where v_filled.after ? f.key and (
        strpos(p.before ->> f.key, v_old ->> f.key) > 0
        or strpos(p.after ->> f.key, v_old ->> f.key) > 0
      )
    )
    -- what undoing another merge still needs
    and not exists (
      select from schnittwerk_core.customer_merge o
      where o.salon_id = p_merge.salon_id and o.kept_id = p_merge.kept_id
        and o.merged_at = j.occurred_at
    );
end
$$;

comment on function schnittwerk_core.forget_filled(
  schnittwerk_core.customer_merge, schnittwerk_core.merge_change[], uuid
) is
  'Erases from the journal of the kept customer the values of the merged one, whose own journal has them: so that they are erased with the merged customer. p_changes: what the merge changed; p_operation_id: the call that undoes it.';

revoke execute on function schnittwerk_core.forget_filled from public;
