create table schnittwerk_core.unit_closure (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  unit_id uuid not null,
  start_date date not null,
  end_date date not null,
  start_time time,
  end_time time,
  reason text,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint unit_closure_pkey primary key (salon_id, id),
  constraint unit_closure_unit_is_of_the_salon
    foreign key (salon_id, unit_id) references schnittwerk_core.unit (salon_id, id)
    on delete cascade,
  constraint unit_closure_dates_are_from_1900_to_2999
    check (start_date >= '1900-01-01' and end_date <= '2999-12-31'),
  constraint unit_closure_end_is_after_start
    check (
      end_date + coalesce(end_time, '24:00') > start_date + coalesce(start_time, '00:00')
    ),
  constraint unit_closure_reason_is_at_most_2000 check (length(reason) <= 2000)
);

create index unit_closure_by_unit on schnittwerk_core.unit_closure (salon_id, unit_id, end_date);

alter table schnittwerk_core.unit_closure enable row level security;

comment on table schnittwerk_core.unit_closure is
  'When a unit cannot be used, maintenance for example. Not in occupancy: a closure may be longer than a claim, and may overlap appointments that no other unit can take.';
comment on column schnittwerk_core.unit_closure.salon_id is 'The salon.';
comment on column schnittwerk_core.unit_closure.id is 'Identifies the closure within the salon.';
comment on column schnittwerk_core.unit_closure.unit_id is 'The unit.';
comment on column schnittwerk_core.unit_closure.start_date is 'First local date.';
comment on column schnittwerk_core.unit_closure.end_date is 'Last local date.';
comment on column schnittwerk_core.unit_closure.start_time is
  'Local time on the first date from which it is closed; null = midnight.';
comment on column schnittwerk_core.unit_closure.end_time is
  'Local time on the last date at which it is open again; null = midnight after it.';
comment on column schnittwerk_core.unit_closure.reason is 'Why.';
comment on column schnittwerk_core.unit_closure.created_at is 'When it was entered.';
