create function schnittwerk_core.consumer_fault(p_consumer text)
returns jsonb
language sql
stable
return coalesce(
  schnittwerk_core.text_fault('p_consumer', p_consumer, 100),
  schnittwerk_core.fault(
    'p_consumer', p_consumer !~ '^[[:graph:]]+$', 'invalid_name',
    'p_consumer must consist of printable characters without spaces')
);

comment on function schnittwerk_core.consumer_fault(text) is
  'The fault of a consumer''s name: 1 to 100 printable characters.';

revoke execute on function schnittwerk_core.consumer_fault from public;
