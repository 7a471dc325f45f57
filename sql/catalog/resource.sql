create table schnittwerk_core.resource (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  kind text not null,
  changed_in xid8 not null default pg_current_xact_id(),
  constraint resource_pkey primary key (salon_id, id),
  constraint resource_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint resource_kind_is_known check (kind in ('staff', 'room', 'equipment', 'customer')),
  constraint resource_kind_is_part_of_its_identity unique (salon_id, id, kind)
);

alter table schnittwerk_core.resource enable row level security;

comment on table schnittwerk_core.resource is
  'Whatever can be in one place at a time: staff, rooms, equipment, customers. Its row is the lock that writers of its time take first.';
comment on column schnittwerk_core.resource.salon_id is 'The salon.';
comment on column schnittwerk_core.resource.id is 'The same id as the member of staff, room or customer that it is.';
comment on column schnittwerk_core.resource.kind is 'staff, room, equipment or customer.';
comment on column schnittwerk_core.resource.changed_in is
  'The transaction that last changed what bookings of it are judged by. Since bookings lock the row, one with an older snapshot ends in a serialization failure.';
