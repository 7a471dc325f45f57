create function schnittwerk_core.promotion_code(p_text text)
returns text
language sql
immutable
parallel safe
return upper(regexp_replace(p_text, '\s', '', 'g') collate "C");

comment on function schnittwerk_core.promotion_code(text) is
  'The code of a promotion as it is stored and compared: upper case, without white space.';

revoke execute on function schnittwerk_core.promotion_code from public;
