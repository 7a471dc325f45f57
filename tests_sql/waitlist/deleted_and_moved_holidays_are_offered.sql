begin;
select plan(8);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.create_holiday('Feast', '2026-12-02') #>> '{holiday,id}' as feast,
  schnittwerk.create_holiday('Course', '2026-12-01', p_affects_all_staff => false,
    p_staff_ids => array[:'ben'::uuid]) #>> '{holiday,id}' as course \gset
select pg_temp.wait(:'dora', :'haircut', p_priority => 1, p_from => '2026-12-02') as d,
  pg_temp.wait(:'carla', :'haircut', p_from => '2026-12-02') as c,
  pg_temp.wait(:'zoe', :'haircut', p_to => '2026-12-01') as z \gset
select schnittwerk.update_holiday(:'feast', '{"name": "Feast day"}') \g /dev/null
select is(pg_temp.offers(), null, 'renaming a holiday frees nothing');
select schnittwerk.delete_holiday(:'feast') \g /dev/null
select is(
  (select string_agg(distinct s.starts_at::text, ' ') from schnittwerk_core.waitlist_offer s),
  (timestamptz '2026-12-02 09:00+01')::text,
    'two entries are offered the first start of a deleted holiday'
);
select is(
  (select count(distinct staff_id) from schnittwerk_core.waitlist_offer), 2::bigint,
    'two entries are offered one start with different staff');
select is(
  (select staff_id from schnittwerk_core.waitlist_offer where entry_id = :'d'),
  least(:'anna', :'ben')::uuid, 'the better entry is offered the first staff by id'
);
select is(pg_temp.entry_status(:'z'), 'active', 'an entry for another day stays active');
select schnittwerk.delete_holiday(:'course') \g /dev/null
select is(
  (select string_agg(c.staff_id || to_char(c.starts_at at time zone 'Europe/Zurich', ' HH24:MI'), ' ')
    from schnittwerk_core.waitlist_offer c where entry_id = :'z'),
  :'ben' || ' 10:15', 'an offer for today is the first start that leaves time to answer'
);

-- moved to the next day
select schnittwerk.leave_waitlist(id::text, id)
from unnest(array[:'c', :'d', :'z']::uuid[]) id \g /dev/null
select schnittwerk.create_holiday('Fair', '2026-12-02') #>> '{holiday,id}' as fair \gset
select schnittwerk.save_customer('Emil') #>> '{customer,id}' as emil \gset
select pg_temp.wait(:'emil', :'haircut', :'anna') as e \gset
select is(pg_temp.offers(), null, 'a holiday that is not moved frees nothing');
select schnittwerk.update_holiday(:'fair', '{"date": "2026-12-03"}') \g /dev/null
select is(pg_temp.offers(), 'Emil: Anna 02 09:00', 'a holiday that is moved frees its former date');

select * from finish();
rollback;
