create function schnittwerk_core.forget_filled(
  p_merge schnittwerk_core.customer_merge, p_journal_id uuid, p_operation_id uuid
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_journal_id is null then
    return;
  end if;
  perform schnittwerk_core.record_erasure(
    p_merge.salon_id, 'customer_merge', array[p_merge.kept_id]);
  delete from schnittwerk_core.journal_personal p
  where p.salon_id = p_merge.salon_id and p.occurred_at = p_merge.merged_at
    and p.journal_id = p_journal_id;
  -- when they were taken back
  delete from schnittwerk_core.journal_personal p
  using schnittwerk_core.journal j
  where j.salon_id = p_merge.salon_id and j.subject_id = p_merge.kept_id
    and j.occurred_at = schnittwerk_core.clock()
    and j.operation_id = p_operation_id and j.table_name = 'customers'
    and p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id;
end
$$;

comment on function schnittwerk_core.forget_filled(schnittwerk_core.customer_merge, uuid, uuid) is
  'Erases from the journal of the kept customer the values of the merged one, whose own journal has them: so that they are erased with the merged customer. p_journal_id: the entry of the merge that tells them; p_operation_id: the call that undoes the merge.';

revoke execute on function schnittwerk_core.forget_filled from public;
