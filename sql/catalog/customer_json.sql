create function schnittwerk_core.customer_json(p_customer schnittwerk_core.customers)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_customer) - '{email_is_own,erased_at}'::text[]
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_customer).created_at));

comment on function schnittwerk_core.customer_json(schnittwerk_core.customers) is
  'A customer without the engine''s internal columns, times in UTC.';

revoke execute on function schnittwerk_core.customer_json from public;
