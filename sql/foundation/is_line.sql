create function schnittwerk_core.is_line(p_text text, p_longest int default 200)
returns boolean
language sql
immutable
parallel safe
return p_text <> '' and length(p_text) <= p_longest and p_text = schnittwerk_core.line(p_text)
  and p_text !~ '[\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]';

comment on function schnittwerk_core.is_line(text, int) is
  'Whether a text can be stored as a name: 1 to p_longest characters in the form that line() gives, without control characters, line breaks or bidirectional controls, which could make it look like several lines or like another name.';

revoke execute on function schnittwerk_core.is_line from public;
