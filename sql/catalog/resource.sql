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
  'Whose time can be claimed: members of staff, and units (rooms and equipment). Writers lock this row before they write claims on its time.';
comment on column schnittwerk_core.resource.salon_id is 'The salon.';
comment on column schnittwerk_core.resource.id is 'The id of the member of staff or unit.';
comment on column schnittwerk_core.resource.kind is 'staff, room or equipment; customer is not used.';
comment on column schnittwerk_core.resource.changed_in is
  'The last transaction that changed anything by which bookings of the resource are judged. Bookings lock the row, so a booking with an older snapshot ends in a serialization failure.';
