-- Not parallel safe: up to PostgreSQL 16 a parallel query cannot catch exceptions.
create function schnittwerk_core.json_or_null(p_text text)
returns jsonb
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Most calls pass nothing, and an exception block costs a subtransaction even without an error.
  if p_text is null or p_text = '' then
    return null;
  end if;
  begin
    return p_text::jsonb;
  exception
    when invalid_text_representation or untranslatable_character -- not JSON, or with \u0000
      or numeric_value_out_of_range
      or program_limit_exceeded -- the category: also nesting too deep
    then
      return null;
  end;
end
$$;

comment on function schnittwerk_core.json_or_null(text) is
  'Parses a text as JSON; null if it is not JSON, or not JSON that Postgres can store.';

revoke execute on function schnittwerk_core.json_or_null from public;
