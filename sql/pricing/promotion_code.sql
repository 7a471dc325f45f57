create function schnittwerk_core.promotion_code(p_text text)
returns text
language sql
immutable
parallel safe
return upper(regexp_replace(p_text, '\s', '', 'g'));

comment on function schnittwerk_core.promotion_code(text) is
  'A promotion''s code as it is kept and compared: case and white space do not matter.';

revoke execute on function schnittwerk_core.promotion_code from public;
