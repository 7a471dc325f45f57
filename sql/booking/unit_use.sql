create type schnittwerk_core.unit_use as (
  pool text, resource_id uuid, from_minute int, to_minute int
);

comment on type schnittwerk_core.unit_use is
  'A unit of a pool that an appointment uses, from which minute after its start to which. Without minutes it is used for the whole appointment and its buffers.';
