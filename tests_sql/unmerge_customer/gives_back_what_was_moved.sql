begin;
select plan(24);
\ir ../fixture.psql
\ir ../merge.psql
-- All rows of the book but for its journal, its counters and when a row was touched.
create function pg_temp.book()
returns setof text
language plpgsql
as $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid from pg_class c
    where c.relnamespace = 'schnittwerk_core'::regnamespace and c.relkind = 'r'
      and c.relname !~ '^(journal|refusal|rate_usage|customer_turn|salon_week|staff_week)'
  loop
    return query execute format(
      'select %L || '' '' || (to_jsonb(t) - ''updated_at'') from %s t', v_table, v_table);
  end loop;
end
$$;
create temporary table was as select * from pg_temp.book() row;
select schnittwerk.save_customer('Eve') #>> '{customer,id}' as eve \gset
select is(
  pg_temp.refusal(schnittwerk.unmerge_customer(:'dora')), '404 not_found',
  'a customer who was not merged cannot be unmerged'
);
select schnittwerk.merge_customers(:'carla', :'dora') \g /dev/null
select is(
  pg_temp.who_may(format('select schnittwerk.unmerge_customer(%L)', :'dora')), 'admin service',
  'only admins and the service undo a merge'
);
select pg_temp.now_is('2026-12-02 11:05+01') \g /dev/null

-- At once
savepoint merged;
delete from schnittwerk_core.customers where id = :'eve';
select schnittwerk.unmerge_customer(:'dora') as answer \gset
select bag_eq(
  'select pg_temp.book()', 'select row from was',
  'a merge that is undone at once leaves the book as it was'
);
select is(
  (:'answer'::jsonb -> 'unmerged') - 'merged_at',
  jsonb_build_object(
    'appointments', 4, 'visits', 1, 'holds', 1, 'fees', 1, 'waitlist_entries', 2,
    'restored_entry_ids', jsonb_build_array(:'doras_entry'),
    'taken_back', '["notes", "phone"]'::jsonb, 'elsewhere', 0),
  'the answer of unmerge_customer says what was given back'
);
select is(
  array[:'answer'::jsonb #>> '{customer,full_name}', :'answer'::jsonb #>> '{kept,notes}'],
  '{Dora,Likes tea}', 'unmerge_customer answers both customers'
);
select is(
  (select array_agg(e.type order by e.number) from schnittwerk_core.events e
    where e.type ~ '^customer'),
  '{customer.merged,customer.unmerged}', 'an event customer.unmerged is published'
);
select is(
  schnittwerk.create_booking(
    'dora', :'dora', :'haircut', '2026-12-11 10:00+01', :'anna', 'Bring photo')
    #>> '{appointment,customer_id}',
  :'dora', 'a replay names the customer who is there again'
);
-- What happened in the meantime is journalled under the other customer.
select is_empty(
  format(
    'select from schnittwerk_core.journal_personal
    where subject_id = %L and concat(before, after) ~ ''222 22 22|Allergic''', :'carla'),
  'the journal of the kept customer tells nothing of the other'
);
select schnittwerk.merge_customers(:'carla', :'dora') ->> 'success' as success \gset
select is(:'success'::text, 'true', 'a merge that was undone can be made again');
select pg_temp.now_is('2026-12-02 11:10+01') \g /dev/null
select schnittwerk.cancel_booking('meanwhile', :'doras', 'Feels ill'),
  schnittwerk.save_customer(null, p_phone => '044 333 33 33', p_id => :'carla') \g /dev/null
select pg_temp.now_is('2026-12-02 11:15+01') \g /dev/null
select schnittwerk.unmerge_customer(:'dora') \g /dev/null
select is(
  array[schnittwerk.export_customer(:'carla')::text ~ 'Feels ill|Bring photo|222 22 22|"de"',
    (schnittwerk.export_customer(:'dora') -> 'audit')::text ~ 'Feels ill'],
  '{f,t}', 'what happened meanwhile is exported of whose it was'
);
select is(
  schnittwerk.cancel_booking('meanwhile', :'doras', 'Feels ill') #>> '{appointment,customer_id}',
  :'dora', 'an answer given while a customer was merged names them afterwards'
);
select schnittwerk.cancel_visit('visit off', :'visit'),
  schnittwerk.release_hold('hold off', :'hold') \g /dev/null
select schnittwerk.leave_waitlist(w.id::text, w.id)
from schnittwerk_core.waitlist w where w.customer_id = :'dora' \g /dev/null
select is(
  schnittwerk.erase_customer(:'dora') ->> 'success', 'true', 'an unmerged customer is erased'
);
select is_empty(
  $$
    select from schnittwerk_core.journal_personal
    where concat(before, after, reason) ~ 'Dora|222 22 22|Allergic|Feels ill|Bring photo'
  $$,
  'the erasure reaches what happened while the customer was merged'
);
rollback to merged;

-- Later
update schnittwerk_core.appointments set customer_id = :'eve' where id = :'doras';
select schnittwerk.save_customer(null, p_phone => '044 333 33 33', p_id => :'carla'),
  schnittwerk.set_contact_preferences(:'carla', 'en', '{"sms": false}'),
  schnittwerk.create_booking('later', :'carla', :'haircut', '2026-12-08 10:00+01', :'anna')
\g /dev/null
select pg_temp.wait(:'dora', :'haircut') is null as x \gset
select schnittwerk.unmerge_customer(:'dora') as answer \gset
select is(
  (:'answer'::jsonb -> 'unmerged') - 'merged_at',
  jsonb_build_object(
    'appointments', 3, 'visits', 1, 'holds', 1, 'fees', 1, 'waitlist_entries', 2,
    'restored_entry_ids', jsonb_build_array(:'doras_entry'), 'taken_back', '["notes"]'::jsonb,
    'elsewhere', 1),
  'what somebody else has since stays theirs, and what was changed since stays changed'
);
select is(
  (select array_agg(c.full_name order by c.full_name) from schnittwerk_core.appointments a
    join schnittwerk_core.customers c on c.id = a.customer_id
    where a.id = :'doras' or a.starts_at = '2026-12-08 10:00+01'),
  '{Carla,Eve}', 'what was booked for the kept customer since stays with them'
);
select is(
  (select array_agg(c.full_name || ' ' || p.language order by 1)
    from schnittwerk_core.contact_preference p
    join schnittwerk_core.customers c on c.id = p.customer_id),
  '{Carla en,Dora de}', 'a language that was changed since stays with the kept customer'
);
select results_eq(
  format('select channel, is_given from schnittwerk_core.contact_consent where customer_id = %L
    order by channel', :'carla'),
  $$values ('chat', true), ('email', true), ('sms', false)$$,
  'consents that the merge gave or refused are undone, but for those changed since'
);
rollback to merged;

-- A hold that was used meanwhile stays with its appointment.
select pg_temp.now_is('2026-12-02 11:06+01') \g /dev/null
select schnittwerk.create_booking('held', :'carla', :'haircut', '2026-12-05 10:00+01', :'anna',
  p_hold_id => :'hold') ->> 'success' as success \gset
select is(
  array[:'success', schnittwerk.unmerge_customer(:'dora') #>> '{unmerged,elsewhere}',
    (select c.full_name from schnittwerk_core.hold h
      join schnittwerk_core.customers c on c.id = h.customer_id where h.id = :'hold')],
  '{true,1,Carla}', 'a hold that was used for the kept customer stays with them'
);
rollback to merged;

-- A chain of merges is undone from its end.
select pg_temp.now_is('2026-12-02 11:10+01') \g /dev/null
select schnittwerk.merge_customers(:'eve', :'carla') ->> 'success' as success \gset
select is(
  array[:'success', pg_temp.refusal(schnittwerk.unmerge_customer(:'dora')),
    schnittwerk.create_booking(
      'dora', :'dora', :'haircut', '2026-12-11 10:00+01', :'anna', 'Bring photo')
      #>> '{appointment,customer_id}'],
  array['true', '400 wrong_status', :'eve'],
  'a merge into a customer who was merged in turn is undone after that one'
);
select pg_temp.now_is('2026-12-02 11:20+01') \g /dev/null
select schnittwerk.unmerge_customer(:'carla') #>> '{kept,full_name}' as eve_kept \gset
select pg_temp.now_is('2026-12-02 11:30+01') \g /dev/null
select schnittwerk.unmerge_customer(:'dora') as answer \gset
select is(
  array[:'eve_kept', :'answer'::jsonb #>> '{kept,full_name}'],
  '{Eve,Carla}', 'merges are undone from the last to the first'
);
select is(
  :'answer'::jsonb #> '{unmerged,restored_entry_ids}', jsonb_build_array(:'doras_entry'),
  'an entry that the first merge of a chain ended goes on'
);
select is_empty(
  format(
    'select from schnittwerk_core.journal_personal
    where subject_id in (%L, %L) and concat(before, after) ~ ''222 22 22|Allergic''',
    :'carla', :'eve'),
  'the journals of a chain of kept customers tell nothing of the other'
);
select ok(
  (select w.status = 'active' from schnittwerk_core.waitlist w where w.id = :'doras_entry')
    and (select w.status = 'active' from schnittwerk_core.waitlist w where w.id = :'entry'),
  'both wait again');
select is(
  (select array_agg(p.language) from schnittwerk_core.contact_preference p
    where p.customer_id = :'dora'), '{de}', 'the merged customer''s language is theirs again');

select * from finish();
rollback;
