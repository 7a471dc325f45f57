create function schnittwerk_core.list_items(p_path text, p_list jsonb)
returns table (path text, value jsonb, n bigint)
language sql
stable
parallel safe
begin atomic
  select format('%s[%s]', p_path, i.n - 1), i.value, i.n
  from jsonb_array_elements(
    case when schnittwerk_core.json_fault(p_path, p_list, 'array', true) is null
      then p_list else '[]' end
  ) with ordinality i (value, n);
end;

comment on function schnittwerk_core.list_items(text, jsonb) is
  'The items of a JSON list with their paths, which count from 0, and their numbers. Returns none for a value that json_fault does not accept as a list.';

revoke execute on function schnittwerk_core.list_items from public;
