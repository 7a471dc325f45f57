create function schnittwerk_core.constraint_failure(
  p_constraint text, p_hint text default null
)
returns jsonb
language sql
volatile
return case p_constraint when 'customers_email_is_unique_in_the_salon' then
  schnittwerk_core.failure(
    'already_exists',
    'Another customer has this p_email: change that one (list_customers finds it), or give another address'
  )
else (
  select schnittwerk_core.failure('invalid_input', jsonb_build_array(
    schnittwerk_core.fault(c.path, true, p_constraint, c.message))::text)
  from (
    values
      ('salon_name_is_unique', 'p_name', 'There is another salon with this name'),
      ('salon_time_zone_is_known', 'p_time_zone',
        concat_ws(' ', 'p_time_zone is not the IANA name of a time zone.', p_hint)),
      ('services_name_is_unique_in_the_salon', 'p_name',
        'There is another service with this name'),
      ('unit_name_is_unique_in_the_salon', 'p_name',
        'There is another resource with this name'),
      ('price_rule_name_is_unique_in_the_salon', 'p_name',
        'There is another price rule with this name'),
      ('staff_profile_is_one_member', 'p_profile_id',
        'Another member of staff has this profile'),
      ('customers_profile_is_one_customer', 'p_profile_id',
        'Another customer has this profile')
  ) c (name, path, message)
  where c.name = p_constraint
) end;

comment on function schnittwerk_core.constraint_failure(text, text) is
  'The answer of a write that violated a constraint which only the table can check. It names the constraint, never another row''s values. Null for any other constraint. p_hint: the remedy, if the constraint gives one.';

revoke execute on function schnittwerk_core.constraint_failure from public;
