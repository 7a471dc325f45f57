begin;
select plan(7);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.set_policy('waitlist_notification_hours', '200') \g /dev/null
select schnittwerk.save_customer('Customer ' || n) from generate_series(1, 40) n \g /dev/null
select pg_temp.wait(c.id, :'haircut') from schnittwerk_core.customers c \g /dev/null
-- starts that do not overlap: 7, 8 and 8 of Ben's, 7 of Anna's
insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
values
  (:'salon', :'ben', '[2026-12-02 00:00+01, 2026-12-05 00:00+01)', true),
  (:'salon', :'anna', '[2026-12-03 00:00+01, 2026-12-04 00:00+01)', true);

create function pg_temp.tick()
returns text
language plpgsql
as $$
declare
  v_answer constant jsonb := schnittwerk.process_waitlist();
begin
  return (
    select format('%s new, so far Anna %s, Ben %s', v_answer #>> '{waitlist,new_offers}',
      count(*) filter (where s.full_name = 'Anna'), count(*) filter (where s.full_name = 'Ben'))
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.staff s on s.id = o.staff_id
  );
end
$$;
select is(
  pg_temp.tick(), '10 new, so far Anna 0, Ben 10',
  'a call offers at most ten slots, all of the member of staff with the first'
);
select is(
  pg_temp.tick(), '7 new, so far Anna 7, Ben 10',
  'the next call continues with the first slot left'
);
select is(
  pg_temp.tick(), '10 new, so far Anna 7, Ben 20',
  'each call offers the time of one member of staff'
);
select is(pg_temp.tick(), '3 new, so far Anna 7, Ben 23', 'calls offer slots until none is left');
select is(
  pg_temp.tick(), '0 new, so far Anna 7, Ben 23',
  'a call with nothing left to do answers zeros'
);

-- whose offers have expired is first
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() #>> '{waitlist,expired_offers}', '30',
  'one call ends all expired offers'
);
select is_empty(
  $$select from schnittwerk_core.waitlist_offer where status = 'open'
    and expires_at <= schnittwerk_core.clock()$$, 'no expired offer remains open'
);

select * from finish();
rollback;
