begin;
select plan(3);
\ir ../fixture.psql

-- A day with claims of all lengths, with and without time between them; one hold has expired.
insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during, expires_at)
select :'salon', gen_random_uuid(), :'ben', tstzrange(c.starts_at, c.ends_at), c.expires_at
from (
  values
    (timestamptz '2026-12-02 09:30+01', timestamptz '2026-12-02 10:00+01', null::timestamptz),
    ('2026-12-02 10:00+01', '2026-12-02 10:20+01', null),
    ('2026-12-02 11:15+01', '2026-12-02 12:15+01', '2026-12-01 07:00+01'),
    ('2026-12-02 12:15+01', '2026-12-02 12:30+01', '2026-12-01 09:00+01'),
    ('2026-12-02 14:05+01', '2026-12-02 16:50+01', null)
) c (starts_at, ends_at, expires_at);

prepare listed as
select s.starts_at, e.passed as is_free, not exists (
  select
  from schnittwerk_core.occupancy o
  cross join schnittwerk_core.judge_start(
    o.salon_id, :'haircut', array[o.resource_id], s.starts_at) j
  where o.resource_id = :'ben'
    and coalesce(o.expires_at > schnittwerk_core.clock(), true)
    and o.during && schnittwerk_core.buffered_range(
      j[1].starts_at, j[1].ends_at, j[1].buffer_before_minutes, j[1].buffer_after_minutes)
) as overlaps_nothing
from generate_series(
  timestamptz '2026-12-02 09:00+01', timestamptz '2026-12-02 17:00+01', interval '5 minutes'
) s (starts_at)
cross join lateral schnittwerk.explain_slot(:'haircut', :'ben', s.starts_at) e
where e.rule = 'time is free';
create temporary table day as execute listed;

select is_empty(
  'select * from day where is_free <> overlaps_nothing',
  'a start is free exactly when no live claim overlaps it'
);
select isnt_empty('select from day where is_free', 'some starts of the day are free');
select isnt_empty('select from day where not is_free', 'some starts of the day are taken');

select * from finish();
rollback;
