create function schnittwerk_core.line_fault(
  p_path text, p_value text, p_longest int default 200, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.text_fault(p_path, p_value, p_longest, p_is_required),
  schnittwerk_core.fault(
    p_path,
    p_value is not null
      and not schnittwerk_core.is_line(schnittwerk_core.line(p_value), p_longest),
    'control_character',
    p_path || ' must be one line, without control characters of any kind')
);

comment on function schnittwerk_core.line_fault(text, text, int, boolean) is
  'The fault of a text that is shown on one line, such as a name: those of text_fault, or refused by is_line even after line() has composed and trimmed it.';

revoke execute on function schnittwerk_core.line_fault from public;
