begin;
select plan(3);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'dora', :'haircut') as id \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select schnittwerk.save_service('Haircut', 60, 99, p_id => :'haircut') \g /dev/null
select is(
  (select price from schnittwerk.find_slots(:'haircut', '2026-12-03', p_limit => 1)), 99.00,
  'find_slots shows the service''s new price'
);
select is(
  (select offered_price from schnittwerk.list_waitlist()), 75.00,
    'an offer keeps its price when the service''s price changes'
);
select is(
  schnittwerk.accept_waitlist_offer('1', :'id') #>> '{appointment,price}', '75.00',
  'accepting books at the offered price'
);

select * from finish();
rollback;
