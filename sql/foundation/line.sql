create function schnittwerk_core.line(p_text text)
returns text
language sql
immutable
parallel safe
return btrim(
  normalize(p_text, nfc),
  E'\t\n\x0b\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
  || E'\u2028\u2029\u202f\u205f\u3000'
);

comment on function schnittwerk_core.line(text) is
  'Composes a name or an address (NFC) and trims all Unicode white space from both ends: the form in which it is stored.';

revoke execute on function schnittwerk_core.line from public;
