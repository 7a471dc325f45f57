-- A row and no advisory lock: any login can take one of those, and keep it.
create table schnittwerk_core.waitlist_lock (
  salon_id uuid not null,
  constraint waitlist_lock_pkey primary key (salon_id),
  constraint waitlist_lock_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade
);

alter table schnittwerk_core.waitlist_lock enable row level security;

comment on table schnittwerk_core.waitlist_lock is
  'One row for each salon, which lock_waitlist locks. Clients cannot reach it.';
comment on column schnittwerk_core.waitlist_lock.salon_id is 'The salon.';

create function schnittwerk_core.begin_waitlist_lock()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.waitlist_lock (salon_id) values (new.id);
  return null;
end
$$;

comment on function schnittwerk_core.begin_waitlist_lock() is
  'Gives a new salon the row that lock_waitlist locks.';

revoke execute on function schnittwerk_core.begin_waitlist_lock from public;

create trigger salon_begin_waitlist_lock
after insert on schnittwerk_core.salon
for each row execute function schnittwerk_core.begin_waitlist_lock();

-- a change is deployed to books that have salons already
insert into schnittwerk_core.waitlist_lock (salon_id)
select s.id from schnittwerk_core.salon s;
