begin;
select plan(10);
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
select schnittwerk.save_price_rule('Later', 'promotion', null, '{"amount": -2}')
  #>> '{price_rule,id}' as later \gset
select schnittwerk.accept_waitlist_offer('1', :'id') -> 'appointment' as accepted \gset
select is(:'accepted'::jsonb ->> 'price', '75.00', 'accepting books at the offered price');
select is(
  :'accepted'::jsonb -> 'promotion_id', 'null',
  'an appointment has no promotion that was not yet there when it was offered'
);
select schnittwerk.delete_price_rule(:'later') \g /dev/null

-- How the price came about is the offer's, too. Promotions for some are for nobody who waits.
select schnittwerk.save_service('Haircut', 60, 75, p_id => :'haircut'),
  schnittwerk.save_price_rule('Morning', 'time',
    '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}', '{"percent": -10}'),
  schnittwerk.save_price_rule('Everybody', 'promotion', null, '{"amount": -1}'),
  schnittwerk.save_price_rule('First', 'promotion', '{"first_visit": true}', '{"price": 1}', 5),
  schnittwerk.save_price_rule('Few', 'promotion', '{"max_uses": 9}', '{"price": 2}', 4)
\g /dev/null
select pg_temp.wait(:'carla', :'haircut', p_from => '2026-12-02', p_to => '2026-12-02') as id \gset
select pg_temp.free(:'haircut', :'ben', '2026-12-02 10:00+01') \g /dev/null
select is(
  (select offered_price from schnittwerk.list_waitlist('notified')), 66.50,
  'an offer has the price of its start'
);
select is(
  (select jsonb_path_query_array(o.price_details, '$.rules[*].name')
    from schnittwerk_core.waitlist_offer o where o.status = 'open'),
  '["Morning", "Everybody"]', 'an offer keeps how its price came about'
);
update schnittwerk_core.price_rule set is_active = false;
select schnittwerk.accept_waitlist_offer('2', :'id') -> 'appointment' as accepted \gset
select is(
  :'accepted'::jsonb ->> 'price', '66.50', 'accepting books at the price offered by rules'
);
select is(
  jsonb_path_query_array(:'accepted', '$.price_details.rules[*].name'), '["Morning", "Everybody"]',
  'accepting keeps how the price offered came about'
);
select is(
  (select :'accepted'::jsonb -> 'price_details' = o.price_details
    from schnittwerk_core.waitlist_offer o where o.entry_id = :'id'),
  true, 'an appointment has the price details of its offer'
);
select is(
  (select r.name from schnittwerk_core.price_rule r
    where r.id = (:'accepted'::jsonb ->> 'promotion_id')::uuid),
  'Everybody', 'an appointment has the promotion of its offer, which need not apply any more'
);

select * from finish();
rollback;
