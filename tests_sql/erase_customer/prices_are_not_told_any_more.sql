begin;
select plan(9);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.save_price_rule('Morning', 'time',
    '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}', '{"percent": -10}'),
  schnittwerk.save_price_rule('Spring', 'promotion', '{"code": "SPRING"}', '{"amount": -5}')
\g /dev/null
select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna',
    p_promotion_code => 'SPRING') -> 'appointment' as booked,
  schnittwerk.hold_slot('2', :'haircut', '2026-12-03 10:00+01', :'anna', :'dora')
    #>> '{hold,id}' as hold,
  schnittwerk.hold_slot('3', :'haircut', '2026-12-04 10:00+01', :'anna') #>> '{hold,id}' as nobodys,
  schnittwerk.hold_slot('4', :'haircut', '2026-12-04 10:00+01', :'ben', :'carla')
    #>> '{hold,id}' as carlas,
  pg_temp.wait(:'dora', :'haircut', :'ben') as entry \gset
select schnittwerk.create_booking('5', :'dora', :'haircut', '2026-12-04 10:00+01',
    p_hold_id => :'nobodys') #>> '{appointment,id}' as used,
  pg_temp.free(:'haircut', :'ben', '2026-12-02 11:15+01') \gset
create function pg_temp.kept(p_table text, p_id uuid)
returns text
language plpgsql
as $$
declare
  v_is_there boolean;
begin
  execute format('select price_details is not null from schnittwerk_core.%I t where %L in (%s)',
    p_table, p_id, case p_table when 'waitlist_offer' then 'entry_id' else 'id' end)
  into v_is_there;
  return v_is_there || ' ' || (
    select count(*)
    from schnittwerk_core.journal j
    join schnittwerk_core.journal_personal p on p.journal_id = j.id
    where j.table_name = p_table and concat(p.before, p.after) like '%price_details%'
      and (j.subject_id = p_id or j.after ->> 'entry_id' = p_id::text)
  );
end
$$;
create temporary table thing as
select * from (
  values
    (1, 'appointments', (:'booked'::jsonb ->> 'id')::uuid, 'an appointment'),
    (2, 'appointments', :'used', 'an appointment that was held'), (3, 'hold', :'hold', 'a hold'),
    (4, 'hold', :'nobodys', 'a hold for nobody that was used'),
    (5, 'waitlist_offer', :'entry', 'an offer')
) t (n, name, id, description);
select is(
  (select array_agg(pg_temp.kept(name, id) order by n) from thing),
  '{true 1,true 1,true 1,true 1,true 1}', 'prices are kept in the row and in the journal'
);
select schnittwerk.leave_waitlist('6', :'entry'), schnittwerk.release_hold('7', :'hold'),
  schnittwerk.cancel_booking('8', (:'booked'::jsonb ->> 'id')::uuid),
  schnittwerk.cancel_booking('9', :'used') \g /dev/null
select is(
  schnittwerk.erase_customer(:'dora') ->> 'success', 'true', 'the customer is erased'
);
select is(
  pg_temp.kept(name, id), 'false 0', 'an erasure empties how the price of ' || description
    || ' came about, and its journal'
) from thing order by n;
select is(
  (select array[a.price::text, a.promotion_id::text] from schnittwerk_core.appointments a
    where a.id = (:'booked'::jsonb ->> 'id')::uuid),
  array['62.50', :'booked'::jsonb ->> 'promotion_id'],
  'the price and the promotion stay, to be counted'
);
select is(
  pg_temp.kept('hold', :'carlas'), 'true 1', 'what is kept of somebody else stays'
);

select * from finish();
rollback;
