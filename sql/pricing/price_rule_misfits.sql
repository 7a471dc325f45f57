create function schnittwerk_core.price_rule_misfits(
  p_prefix text, p_rule schnittwerk_core.price_rule
)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_path constant text := p_prefix || 'conditions.';
  v_services constant jsonb := coalesce(nullif(p_rule.conditions -> 'services', 'null'), '[]');
  v_staff constant jsonb := coalesce(nullif(p_rule.conditions -> 'staff', 'null'), '[]');
  v_faults constant jsonb[] := array(
    select schnittwerk_core.fault(
      i.path, true, 'unknown_service',
      format('There is no service with the id %s', i.value #>> '{}'))
    from schnittwerk_core.list_items(v_path || 'services', v_services) i
    where not exists (
      select from schnittwerk_core.services v
      where v.salon_id = p_rule.salon_id and v.id = (i.value #>> '{}')::uuid
    )
    order by i.n
  ) || array(
    select schnittwerk_core.fault(
      i.path, true, 'unknown_staff',
      format('There is no member of staff with the id %s', i.value #>> '{}'))
    from schnittwerk_core.list_items(v_path || 'staff', v_staff) i
    where not exists (
      select from schnittwerk_core.staff m
      where m.salon_id = p_rule.salon_id and m.id = (i.value #>> '{}')::uuid
    )
    order by i.n
  );
begin
  if v_faults <> '{}' or v_services = '[]' or v_staff = '[]' then
    return v_faults;
  end if;
  return array[schnittwerk_core.fault(
    v_path || 'staff',
    not exists (
      select from schnittwerk_core.staff_services p
      where p.salon_id = p_rule.salon_id
        and p.service_id in (
          select s.id::uuid from jsonb_array_elements_text(v_services) s (id))
        and p.staff_id in (select s.id::uuid from jsonb_array_elements_text(v_staff) s (id))
    ),
    'service_not_offered',
    'None of these staff performs any of these services: list_staff(p_service_id) shows who does'
  )];
end
$$;

comment on function schnittwerk_core.price_rule_misfits(text, schnittwerk_core.price_rule) is
  'The faults of a price rule that does not fit the catalogue: unknown services or staff, or staff of whom none performs any of the services. The rule has no price_rule_faults.';

revoke execute on function schnittwerk_core.price_rule_misfits from public;
