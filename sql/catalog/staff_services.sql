create table schnittwerk_core.staff_services (
  salon_id uuid not null,
  service_id uuid not null,
  staff_id uuid not null,
  custom_price numeric(10, 2),
  estimated_duration_minutes int,
  steps schnittwerk_core.step[],
  constraint staff_services_pkey primary key (salon_id, service_id, staff_id),
  constraint staff_services_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint staff_services_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id)
    on delete cascade,
  constraint staff_services_custom_price_is_not_negative check (custom_price >= 0),
  constraint staff_services_duration_is_1_to_1440
    check (estimated_duration_minutes between 1 and 1440),
  constraint staff_services_steps_begin_and_end_with_staff
    check (schnittwerk_core.steps_begin_and_end_with_staff(steps)),
  constraint staff_services_duration_is_that_of_their_steps
    check (
      steps is null
      or coalesce(estimated_duration_minutes = schnittwerk_core.total_minutes(steps), false)
    )
);

create index staff_services_by_staff
  on schnittwerk_core.staff_services (salon_id, staff_id, service_id);

alter table schnittwerk_core.staff_services enable row level security;

comment on table schnittwerk_core.staff_services is 'Who performs which service, and on what terms.';
comment on column schnittwerk_core.staff_services.salon_id is 'The salon.';
comment on column schnittwerk_core.staff_services.service_id is 'The service.';
comment on column schnittwerk_core.staff_services.staff_id is 'Who performs it.';
comment on column schnittwerk_core.staff_services.custom_price is 'Their price; null = the service''s.';
comment on column schnittwerk_core.staff_services.estimated_duration_minutes is 'Their minutes; null = the service''s.';
comment on column schnittwerk_core.staff_services.steps is
  'Their own steps, as many as the service''s; null = the service''s, those with staff stretched to their minutes.';
