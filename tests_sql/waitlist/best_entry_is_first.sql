begin;
select plan(6);
\ir ../fixture.psql
\ir ../waitlist.psql

select
  schnittwerk.save_customer('Emil') #>> '{customer,id}' as emil,
  schnittwerk.save_customer('Finn') #>> '{customer,id}' as finn \gset
select pg_temp.wait(:'dora', :'haircut') as d \gset
select pg_temp.now_is('2026-12-01 08:01+01') \g /dev/null
select pg_temp.wait(:'carla', :'haircut') as c, pg_temp.wait(:'emil', :'haircut') as e \gset
select pg_temp.now_is('2026-12-01 08:02+01') \g /dev/null
select pg_temp.wait(:'finn', :'haircut', p_priority => 1) as f \gset

create function pg_temp.who()
returns text
language sql
as $$ select split_part(pg_temp.offers(), ':', 1) $$;

select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(
  pg_temp.who(), 'Finn',
  'the highest priority is first, although it is the youngest entry'
);
select is(
  array(select id from schnittwerk.list_waitlist('active')),
  array[:'d', least(:'c', :'e'), greatest(:'c', :'e')]::uuid[],
  'list_waitlist orders entries as offers do'
);
select schnittwerk.decline_waitlist_offer('f', :'f') \g /dev/null
select is(pg_temp.who(), 'Dora', 'of the same priority the oldest entry is first');
select schnittwerk.decline_waitlist_offer('d', :'d') \g /dev/null
select is(
  (select entry_id from schnittwerk_core.waitlist_offer where status = 'open'),
  least(:'c', :'e')::uuid, 'of the same age the lowest id is first'
);
select schnittwerk.decline_waitlist_offer('ce', least(:'c', :'e')::uuid) \g /dev/null
select is(
  (select entry_id from schnittwerk_core.waitlist_offer where status = 'open'),
  greatest(:'c', :'e')::uuid, 'after the lowest id the next id is offered the slot'
);
select schnittwerk.decline_waitlist_offer('ec', greatest(:'c', :'e')::uuid) \g /dev/null
select is(
  pg_temp.offers(), 'Finn: Anna 02 10:15',
  'once all have declined, the best entry is offered the next start'
);

select * from finish();
rollback;
