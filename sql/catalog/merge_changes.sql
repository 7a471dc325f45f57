create type schnittwerk_core.merge_change as (
  journal_id uuid,
  table_name text,
  row_key jsonb,
  kind text,
  before jsonb,
  after jsonb
);

comment on type schnittwerk_core.merge_change is
  'What a merge of customers changed: an entry of the journal with its personal values.';

create function schnittwerk_core.merge_changes(p_merge schnittwerk_core.customer_merge)
returns schnittwerk_core.merge_change[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(
      j.id, j.table_name, j.row_key, j.kind, j.before || coalesce(p.before, '{}'),
      j.after || coalesce(p.after, '{}')
    )::schnittwerk_core.merge_change
    from schnittwerk_core.journal m
    -- of one call: a statement can make several
    join schnittwerk_core.journal j
      on j.salon_id = m.salon_id and j.transaction_id = m.transaction_id
      and j.operation_id = m.operation_id
    left join schnittwerk_core.journal_personal p
      on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
    where m.salon_id = p_merge.salon_id and m.subject_id = p_merge.merged_id
      -- so that one month is read
      and m.occurred_at = p_merge.merged_at and j.occurred_at = p_merge.merged_at
      and m.table_name = 'customer_merge' and m.kind = 'created'
    order by j.number
  );
end
$$;

comment on function schnittwerk_core.merge_changes(schnittwerk_core.customer_merge) is
  'What a merge of customers changed, in order, as far as the journal still tells it.';

revoke execute on function schnittwerk_core.merge_changes from public;
