create function schnittwerk_core.require_staff(
  p_salon_id uuid, p_staff_ids uuid[], p_item int default null
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from unnest(p_staff_ids) i (id)
    where i.id is not null and not exists (
      select from schnittwerk_core.staff m where m.salon_id = p_salon_id and m.id = i.id
    )
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such member of staff', p_item);
  end if;
end
$$;

comment on function schnittwerk_core.require_staff(uuid, uuid[], int) is
  'Refuses with not_found unless every given id is that of a member of the salon''s staff. Null ids are ignored. p_item as for refuse.';

revoke execute on function schnittwerk_core.require_staff from public;
