-- Not parallel safe: up to PostgreSQL 16 nothing may be caught in a parallel query.
create function schnittwerk_core.json_or_null(p_text text)
returns jsonb
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  -- most calls come without: what is caught costs a subtransaction even where nothing is raised
  if p_text is null or p_text = '' then
    return null;
  end if;
  begin
    return p_text::jsonb;
  exception
    when invalid_text_representation or untranslatable_character -- no JSON, or with \u0000
      or numeric_value_out_of_range
      or program_limit_exceeded -- the category: what is nested too deeply too
    then
      return null;
  end;
end
$$;

comment on function schnittwerk_core.json_or_null(text) is
  'The JSON that a text spells; null where it spells none, or none that Postgres can hold.';

revoke execute on function schnittwerk_core.json_or_null from public;
