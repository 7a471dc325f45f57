create function schnittwerk_core.effective_policies(p_salon_id uuid)
returns jsonb
language sql
stable
parallel safe
return (
  select z.policies from schnittwerk_core.salon_state z where z.salon_id = p_salon_id
);

comment on function schnittwerk_core.effective_policies(uuid) is
  'The value in force of every policy of a salon: its active one, else the default.';

revoke execute on function schnittwerk_core.effective_policies from public;
