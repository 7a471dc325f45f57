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
  'The key by which lists are ordered and searched: a name in lower case, without accents and other combining marks. The name itself breaks ties.';

revoke execute on function schnittwerk_core.sort_key from public;
