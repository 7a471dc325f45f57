begin;
select plan(21);
\ir ../fixture.psql
\ir ../waitlist.psql

-- Anna is freed on Wednesday the 2nd at 10:00; is it offered to Dora? Undone each time.
create function pg_temp.is_offered(
  p_service text default 'Haircut', p_staff text default null, p_times time[] default null,
  p_days int[] default null, p_from date default '2026-12-01', p_to date default '2026-12-14',
  p_starts_at timestamptz default '2026-12-02 10:00+01'
)
returns boolean
language plpgsql
as $$
declare
  v_is_offered boolean;
begin
  perform pg_temp.wait(
    (select id from schnittwerk_core.customers where full_name = 'Dora'),
    (select id from schnittwerk_core.services where name = p_service),
    (select id from schnittwerk_core.staff where full_name = p_staff),
    0, p_times, p_days, p_from, p_to);
  perform pg_temp.free(
    (select id from schnittwerk_core.services where name = 'Haircut'),
    (select id from schnittwerk_core.staff where full_name = 'Anna'), p_starts_at);
  v_is_offered := pg_temp.offers() is not null;
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return v_is_offered;
end
$$;

select is(pg_temp.is_offered(), true, 'an entry without wishes is offered the slot');
select is(
  pg_temp.is_offered('Color', p_starts_at => '2026-12-02 10:15+01'), false,
  'a service of two hours is not offered before a break'
);
select is(
  pg_temp.is_offered('Color', p_starts_at => '2026-12-02 14:00+01'), true,
  'a slot is offered for another service that fits'
);
select is(pg_temp.is_offered(p_staff => 'Anna'), true, 'an entry for Anna is offered Anna''s slot');
select is(pg_temp.is_offered(p_staff => 'Ben'), false,
  'an entry for Ben is not offered Anna''s slot');
select is(pg_temp.is_offered(p_from => '2026-12-02'), true,
  'an entry from the slot''s date on is offered the slot');
select is(pg_temp.is_offered(p_from => '2026-12-03'), false,
  'an entry from the day after on is not offered the slot');
select is(pg_temp.is_offered(p_to => '2026-12-02'), true,
  'an entry until the slot''s date is offered the slot');
select is(pg_temp.is_offered(p_to => '2026-12-01'), false,
  'an entry until the day before is not offered the slot');
select is(pg_temp.is_offered(p_times => '{10:00}'), true,
  'an entry for the slot''s local time is offered the slot');
select is(pg_temp.is_offered(p_times => '{09:45,11:00}'), false,
  'an entry for other times nearby is not offered the slot');
select is(
  pg_temp.is_offered(p_times => '{10:15}'), true,
  'an entry for a grid start in the freed time is offered it');
select is(pg_temp.is_offered(p_times => '{09:00}'), false,
  'an entry for the slot''s time in UTC is not offered the slot');
select is(pg_temp.is_offered(p_times => '{09:00,10:00}'), true,
  'an entry for several times is offered a slot at one');
select is(pg_temp.is_offered(p_days => '{3}'), true,
  'an entry for day 3 is offered a slot on a Wednesday');
select is(pg_temp.is_offered(p_days => '{2,4}'), false,
  'an entry for Tuesday and Thursday is not offered the slot');
select is(pg_temp.is_offered(p_days => '{0,3}'), true,
  'an entry for several days is offered a slot on one');
select is(
  pg_temp.is_offered('Haircut', 'Anna', '{10:00}', '{3}', '2026-12-02', '2026-12-02'), true,
  'an entry of which all wishes match is offered the slot');
select is(
  pg_temp.is_offered('Haircut', 'Anna', '{10:00}', '{4}', '2026-12-02', '2026-12-02'), false,
  'an entry of which one wish fails is not offered the slot');
-- Dora waits for what only Anna performs, so another's time is no use
select pg_temp.wait(:'dora', :'color') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 14:00+01') \g /dev/null
select is(pg_temp.offers(), null, 'an entry is not offered staff who do not perform the service');
select pg_temp.wait(:'dora', :'haircut', p_times => '{16:00}') \g /dev/null
set local timezone = 'Pacific/Kiritimati';
select pg_temp.free(:'haircut', :'ben', '2026-12-02 16:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Ben 02 16:00',
  'offers do not depend on the session''s time zone');

select * from finish();
rollback;
