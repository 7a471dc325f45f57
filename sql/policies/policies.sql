create function schnittwerk_core.policies(p_salon_id uuid)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language sql
stable
begin atomic
  select
    d.policy_key,
    coalesce(p.policy_value, d.default_value),
    d.default_value,
    d.value_type,
    d.minimum,
    d.maximum,
    coalesce(p.description, d.description) || case
      when d.policy_key = 'advance_booking_limit_days'
        and s.max_advance_booking_days < (z.policies ->> d.policy_key)::int
        then format(
          '; max_advance_booking_days in the settings is stricter: %s days hold',
          s.max_advance_booking_days)
      else ''
    end,
    coalesce(p.is_active, true)
  from schnittwerk_core.policy_definition d
  left join schnittwerk_core.booking_policies p
    on p.salon_id = p_salon_id and p.policy_key = d.policy_key
  left join schnittwerk_core.salon s on s.id = p_salon_id
  left join schnittwerk_core.salon_state z on z.salon_id = p_salon_id;
end;

comment on function schnittwerk_core.policies(uuid) is
  'Every policy with the salon''s value, else the default. If is_active is false, the default is in force. The description of advance_booking_limit_days says if the setting max_advance_booking_days is stricter.';

revoke execute on function schnittwerk_core.policies from public;
