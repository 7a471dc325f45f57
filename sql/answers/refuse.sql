create function schnittwerk_core.refuse(
  p_code text, p_details text default null, p_item int default null
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_error schnittwerk_core.error_code;
begin
  select e.* into strict v_error from schnittwerk_core.error_code e where e.code = p_code;
  raise exception using
    errcode = 'PT' || v_error.http_status,
    message = p_code,
    detail = coalesce(p_details, v_error.details, v_error.title),
    hint = coalesce(v_error.remedy, ''),
    -- The handlers of all writes pass this field on.
    constraint = coalesce(p_item::text, '');
end
$$;

comment on function schnittwerk_core.refuse(text, text, int) is
  'Raises a refusal: SQLSTATE PT + HTTP status, the code as message, details as DETAIL, the remedy as HINT. Reads let it through; writes turn it into the failure envelope. p_item: the item of a visit that fails, from 0; the handlers of writes read it from the name of the constraint.';

revoke execute on function schnittwerk_core.refuse from public;
