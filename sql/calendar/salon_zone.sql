create table schnittwerk_core.salon_zone (
  salon_id uuid not null,
  time_zone text not null,
  offsets schnittwerk_core.zone_offset[] not null,
  constraint salon_zone_pkey primary key (salon_id),
  constraint salon_zone_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade
);

alter table schnittwerk_core.salon_zone enable row level security;

comment on table schnittwerk_core.salon_zone is
  'The server''s rules for a salon''s time zone as upkeep last found them. Upkeep compares the present rules with them to find a change.';
comment on column schnittwerk_core.salon_zone.salon_id is 'The salon.';
comment on column schnittwerk_core.salon_zone.time_zone is 'The zone of the offsets.';
comment on column schnittwerk_core.salon_zone.offsets is
  'The stretches of constant offset from that day to the longest horizon, 730 days later.';

create function schnittwerk_core.keep_zone(p_salon_id uuid)
returns schnittwerk_core.zone_offset[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_today constant date := schnittwerk_core.local_today(p_salon_id);
  v_time_zone text;
  v_kept schnittwerk_core.zone_offset[];
  v_offsets schnittwerk_core.zone_offset[];
begin
  select s.time_zone, k.offsets into v_time_zone, v_kept
  from schnittwerk_core.salon s
  left join schnittwerk_core.salon_zone k on k.salon_id = s.id and k.time_zone = s.time_zone
  where s.id = p_salon_id;
  v_offsets := schnittwerk_core.zone_offsets(v_time_zone, v_today, v_today + 730);
  insert into schnittwerk_core.salon_zone (salon_id, time_zone, offsets)
  values (p_salon_id, v_time_zone, v_offsets)
  on conflict (salon_id) do update
  set time_zone = excluded.time_zone, offsets = excluded.offsets;
  return case when exists (
    select from unnest(v_kept) k
    join unnest(v_offsets) n on n.during && k.during and n.utc_offset <> k.utc_offset
  ) then v_kept end;
end
$$;

comment on function schnittwerk_core.keep_zone(uuid) is
  'Stores the server''s rules for a salon''s time zone as they are now. Returns the offsets stored before if they differ; null if they do not, if they were another zone''s, or if there were none.';

revoke execute on function schnittwerk_core.keep_zone from public;
