begin;
select plan(3);
\ir ../fixture.psql
\ir starts.psql

insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during, expires_at)
values
  (:'salon', gen_random_uuid(), :'ben', '[2026-12-02 11:00+01, 2026-12-02 12:00+01)',
    '2026-12-01 08:10+01'),
  (:'salon', gen_random_uuid(), :'ben', '[2026-12-02 14:00+01, 2026-12-02 15:00+01)',
    '2026-12-01 08:00+01');
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-02'),
  '09:00 12:00 13:00 14:00 15:00 16:00 17:00',
  'an open hold blocks its time, an expired one does not'
);
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02'),
  '09:00 10:00 11:00 13:00 14:00 15:00 16:00 17:00',
  'a hold of other staff does not block'
);
update schnittwerk_core.occupancy set expires_at = '2026-12-01 07:59+01';
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-02'),
  '09:00 10:00 11:00 12:00 13:00 14:00 15:00 16:00 17:00',
  'a hold gives its time back when it expires'
);

select * from finish();
rollback;
