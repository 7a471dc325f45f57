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

select is(pg_temp.is_offered(), true, 'who wants anything gets it');
select is(
  pg_temp.is_offered('Color', p_starts_at => '2026-12-02 10:15+01'), false,
  'two hours do not fit before the break'
);
select is(
  pg_temp.is_offered('Color', p_starts_at => '2026-12-02 14:00+01'), true,
  'where they fit, it matters not what was booked there'
);
select is(pg_temp.is_offered(p_staff => 'Anna'), true, 'with Anna');
select is(pg_temp.is_offered(p_staff => 'Ben'), false, 'not who waits for Ben');
select is(pg_temp.is_offered(p_from => '2026-12-02'), true, 'from the date on');
select is(pg_temp.is_offered(p_from => '2026-12-03'), false, 'not from the day after');
select is(pg_temp.is_offered(p_to => '2026-12-02'), true, 'until the date');
select is(pg_temp.is_offered(p_to => '2026-12-01'), false, 'not until the day before');
select is(pg_temp.is_offered(p_times => '{10:00}'), true, 'at the local time');
select is(pg_temp.is_offered(p_times => '{09:45,11:00}'), false, 'not at others near it');
select is(
  pg_temp.is_offered(p_times => '{10:15}'), true, 'at a start of the grid in the freed time');
select is(pg_temp.is_offered(p_times => '{09:00}'), false, 'UTC is not the local time');
select is(pg_temp.is_offered(p_times => '{09:00,10:00}'), true, 'at any of several times');
select is(pg_temp.is_offered(p_days => '{3}'), true, 'on a Wednesday, 3');
select is(pg_temp.is_offered(p_days => '{2,4}'), false, 'not on Tuesday or Thursday');
select is(pg_temp.is_offered(p_days => '{0,3}'), true, 'on any of several days');
select is(
  pg_temp.is_offered('Haircut', 'Anna', '{10:00}', '{3}', '2026-12-02', '2026-12-02'), true,
  'exactly it');
select is(
  pg_temp.is_offered('Haircut', 'Anna', '{10:00}', '{4}', '2026-12-02', '2026-12-02'), false,
  'all must match');
-- Dora waits for what only Anna performs, so another's time is no use
select pg_temp.wait(:'dora', :'color') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 14:00+01') \g /dev/null
select is(pg_temp.offers(), null, 'not with staff who do not perform the service');
select pg_temp.wait(:'dora', :'haircut', p_times => '{16:00}') \g /dev/null
set local timezone = 'Pacific/Kiritimati';
select pg_temp.free(:'haircut', :'ben', '2026-12-02 16:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Ben 02 16:00', 'the session''s zone does not matter');

select * from finish();
rollback;
