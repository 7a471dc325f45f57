create function schnittwerk_core.sort_key(p_text text)
returns text
language sql
immutable
parallel safe
return lower(regexp_replace(
  normalize(p_text, nfd),
  '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'
));

comment on function schnittwerk_core.sort_key(text) is
  'What lists are ordered by and searched for: a name without accents and other combining marks, in lower case. The name itself decides between equals.';

revoke execute on function schnittwerk_core.sort_key from public;
