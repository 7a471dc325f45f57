create table schnittwerk_core.freed_time (
  salon_id uuid not null,
  staff_id uuid not null,
  during tstzrange not null,
  is_on_grid boolean not null,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint freed_time_pkey primary key (salon_id, staff_id, during, is_on_grid),
  constraint freed_time_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint freed_time_has_a_start_and_an_end
    check (not isempty(during) and not lower_inf(during) and not upper_inf(during))
);

alter table schnittwerk_core.freed_time enable row level security;

comment on table schnittwerk_core.freed_time is
  'Future time that became free and is to be offered to the waitlist. Whether it is still free is checked when it is offered.';
comment on column schnittwerk_core.freed_time.salon_id is 'The salon.';
comment on column schnittwerk_core.freed_time.staff_id is 'Whose time.';
comment on column schnittwerk_core.freed_time.during is 'The time, [start, end).';
comment on column schnittwerk_core.freed_time.is_on_grid is
  'true: only starts of the grid are offered (gained open time); false: its own start is offered first (a cancelled or moved appointment).';
comment on column schnittwerk_core.freed_time.created_at is 'When it became free.';
