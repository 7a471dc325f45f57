create function schnittwerk_core.retained_since(p_salon_id uuid, p_policy_key text)
returns timestamptz
language sql
stable
return schnittwerk_core.clock() - make_interval(
  hours => 24 * nullif(
    greatest((schnittwerk_core.effective_policies(p_salon_id) ->> p_policy_key)::int, 0), 0));

comment on function schnittwerk_core.retained_since(uuid, text) is
  'The instant since which things are kept under a retention policy in days; null means for ever.';

revoke execute on function schnittwerk_core.retained_since from public;
