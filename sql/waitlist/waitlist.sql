create table schnittwerk_core.waitlist (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  customer_id uuid not null,
  service_id uuid not null,
  staff_id uuid,
  preferred_start_date date not null,
  preferred_end_date date not null,
  preferred_times time[],
  preferred_days int[],
  priority int not null default 0,
  status text not null default 'active',
  notes text,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint waitlist_pkey primary key (salon_id, id),
  constraint waitlist_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint waitlist_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id),
  constraint waitlist_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint waitlist_end_date_is_not_before_start_date
    check (preferred_end_date >= preferred_start_date),
  constraint waitlist_dates_are_from_1900_to_2999
    check (preferred_start_date >= '1900-01-01' and preferred_end_date <= '2999-12-31'),
  constraint waitlist_preferred_days_are_0_to_6
    check (preferred_days <@ '{0,1,2,3,4,5,6}' and cardinality(preferred_days) between 1 and 7),
  constraint waitlist_preferred_times_are_1_to_96
    check (cardinality(preferred_times) between 1 and 96),
  constraint waitlist_priority_is_0_to_10 check (priority between 0 and 10),
  constraint waitlist_status_is_known
    check (status in ('active', 'notified', 'booked', 'cancelled', 'expired')),
  constraint waitlist_notes_are_at_most_2000 check (length(notes) <= 2000)
);

create unique index waitlist_customer_waits_once_for_a_service
  on schnittwerk_core.waitlist (salon_id, customer_id, service_id)
  where status in ('active', 'notified');
create index waitlist_by_customer on schnittwerk_core.waitlist (salon_id, customer_id);
create index waitlist_by_staff on schnittwerk_core.waitlist (salon_id, staff_id);
create index waitlist_best_first
  on schnittwerk_core.waitlist (salon_id, service_id, status, priority desc, created_at, id);

alter table schnittwerk_core.waitlist enable row level security;

comment on table schnittwerk_core.waitlist is 'The customers who wait for a slot of a service.';
comment on column schnittwerk_core.waitlist.salon_id is 'The salon.';
comment on column schnittwerk_core.waitlist.id is 'Identifies the entry within the salon.';
comment on column schnittwerk_core.waitlist.customer_id is 'The customer who waits.';
comment on column schnittwerk_core.waitlist.service_id is 'The service that they wait for.';
comment on column schnittwerk_core.waitlist.staff_id is 'The member of staff wanted; null = anyone.';
comment on column schnittwerk_core.waitlist.preferred_start_date is 'First local date wanted.';
comment on column schnittwerk_core.waitlist.preferred_end_date is 'Last local date wanted.';
comment on column schnittwerk_core.waitlist.preferred_times is 'Exact local starts wanted; null = any.';
comment on column schnittwerk_core.waitlist.preferred_days is 'Local weekdays wanted, 0 = Sunday; null = any.';
comment on column schnittwerk_core.waitlist.priority is '0 to 10, higher first. Only the salon team sets it.';
comment on column schnittwerk_core.waitlist.status is 'active, notified, booked, cancelled or expired.';
comment on column schnittwerk_core.waitlist.notes is 'Free text.';
comment on column schnittwerk_core.waitlist.created_at is 'Since when they wait.';
comment on column schnittwerk_core.waitlist.updated_at is 'When it last changed.';

create function schnittwerk_core.waitlist_follows_the_state_machine()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status <> old.status
    and not schnittwerk_core.may_become('waitlist_entry', old.status, new.status)
  then
    raise exception using
      errcode = 'check_violation', constraint = 'waitlist_follows_the_state_machine',
      message = format('A waitlist entry cannot change from %s to %s', old.status, new.status),
      hint = 'schnittwerk_core.status_transition lists the possible changes.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.waitlist_follows_the_state_machine() is
  'Refuses changes of status that status_transition does not list, also from direct SQL.';

revoke execute on function schnittwerk_core.waitlist_follows_the_state_machine from public;

create trigger waitlist_follows_the_state_machine
before update of status on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.waitlist_follows_the_state_machine();

create trigger waitlist_touch_updated_at
before update on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.touch_updated_at();
