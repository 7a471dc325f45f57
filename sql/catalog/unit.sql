create table schnittwerk_core.unit (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  kind text not null default 'room',
  name text not null,
  pool text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint unit_pkey primary key (salon_id, id),
  constraint unit_is_a_resource
    foreign key (salon_id, id, kind) references schnittwerk_core.resource (salon_id, id, kind)
    on update cascade,
  constraint unit_name_is_unique_in_the_salon unique (salon_id, name),
  constraint unit_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint unit_pool_is_one_line check (schnittwerk_core.is_line(pool)),
  constraint unit_kind_is_room_or_equipment check (kind in ('room', 'equipment'))
);

create index unit_by_pool on schnittwerk_core.unit (salon_id, pool, id);

alter table schnittwerk_core.unit enable row level security;

comment on table schnittwerk_core.unit is
  'The rooms and the equipment. The units of a pool are interchangeable; a service needs some units of a pool.';
comment on column schnittwerk_core.unit.salon_id is 'The salon.';
comment on column schnittwerk_core.unit.id is 'Identifies the unit and its resource.';
comment on column schnittwerk_core.unit.kind is 'room or equipment.';
comment on column schnittwerk_core.unit.name is 'Name, unique in the salon.';
comment on column schnittwerk_core.unit.pool is 'The pool that it belongs to.';
comment on column schnittwerk_core.unit.is_active is 'Inactive units cannot be booked.';
comment on column schnittwerk_core.unit.created_at is 'When the unit was created.';
