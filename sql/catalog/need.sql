create type schnittwerk_core.need as (pool text, quantity int, from_minute int, to_minute int);

comment on type schnittwerk_core.need is
  'What a service needs of a pool: how many of its units, from which minute after the start to which. Without minutes they are needed for the whole appointment and its buffers.';
