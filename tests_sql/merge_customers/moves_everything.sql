begin;
select plan(19);
\ir ../fixture.psql
\ir ../merge.psql
select is(
  pg_temp.who_may(format('select schnittwerk.merge_customers(%L, %L)', :'carla', :'dora')),
  'staff receptionist admin service', 'the salon team and the service merge customers'
);
select max(number) as last from schnittwerk_core.events \gset
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select schnittwerk.merge_customers(:'carla', :'dora') as answer \gset
select pg_temp.become_superuser() \g /dev/null

-- Columns that refer to customers by a key or bear the usual name, of all tables but the two that
-- tell what was.
create function pg_temp.mentions(p_id uuid)
returns setof text
language plpgsql
as $$
declare
  v_column record;
begin
  for v_column in
    select c.oid::regclass as table_name, a.attname
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'schnittwerk_core'::regnamespace and c.relkind = 'r'
      and not c.relispartition
      and (a.attname = 'customer_id' or exists (
        select from pg_constraint k
        where k.conrelid = c.oid and k.confrelid = 'schnittwerk_core.customers'::regclass
          and a.attnum = any (k.conkey) and a.attname <> 'salon_id'
      ))
      and c.oid <> 'schnittwerk_core.booking_operations'::regclass
  loop
    return query execute format(
      'select distinct %L from %s where %I = %L',
      v_column.table_name, v_column.table_name, v_column.attname, p_id);
  end loop;
end
$$;
select is_empty(
  format('select pg_temp.mentions(%L)', :'dora'), 'no table names the merged customer any more'
);
select set_has(
  format('select pg_temp.mentions(%L)', :'carla'),
  $$
    select 'schnittwerk_core.' || t
    from unnest('{appointments,hold,fee,waitlist,contact_preference,contact_consent}'::text[]) t
  $$,
  'everything that the merged customer had is the kept customer''s'
);
select is(
  (:'answer'::jsonb -> 'merged') - 'ended_entry_ids',
  jsonb_build_object(
    'merged_id', :'dora', 'merged_at', '2026-12-02T10:00:00Z', 'appointments', 4, 'visits', 1,
    'holds', 1, 'fees', 1, 'waitlist_entries', 2, 'consents', 2,
    'filled', '["phone", "notes"]'::jsonb, 'dropped', '["full_name", "email"]'::jsonb),
  'the answer says how much was moved, what was filled in and what was dropped'
);
select is(
  (:'answer'::jsonb -> 'customer') - '{created_at,salon_id}'::text[],
  jsonb_build_object(
    'id', :'carla', 'full_name', 'Carla', 'email', 'carla@example.com', 'phone', '044 222 22 22',
    'notes', E'Likes tea\nAllergic', 'profile_id', :'carla_user'),
  'the kept customer keeps their values, gets the others'' where they have none, and both notes'
);
select is(
  (select array_agg(e.id::text || ' ' || e.status order by e.created_at, e.id = :'color_entry')
    from schnittwerk_core.waitlist e),
  array[:'entry' || ' active', :'doras_entry' || ' cancelled', :'color_entry' || ' active'],
  'of two open entries for one service the older stays, whatever the other had booked'
);
select is(
  :'answer'::jsonb #> '{merged,ended_entry_ids}', jsonb_build_array(:'doras_entry'),
  'the answer names the waitlist entry that was ended'
);
select results_eq(
  'select channel, is_given from schnittwerk_core.contact_consent order by channel',
  $$values ('chat', true), ('email', false), ('sms', true)$$,
  'a refused consent stays refused'
);
select is(
  (select array_agg(distinct h.status) from schnittwerk_core.hold h), '{open}',
  'an open hold stays open'
);
select results_eq(
  format(
    'select type, subject_id, data ->> ''kept_id'' from schnittwerk_core.events
    where number > %s and type ~ ''^customer''', :'last'),
  format($$values ('customer.merged', uuid %L, %L)$$, :'dora', :'carla'),
  'an event customer.merged tells who was merged into whom'
);
select is(
  pg_temp.refusal(schnittwerk.merge_customers(:'carla', :'dora')), '404 not_found',
  'a second merge does not find the merged customer'
);

-- Retries.
select is(
  schnittwerk.create_booking(
    'dora', :'dora', :'haircut', '2026-12-11 10:00+01', :'anna', 'Bring photo')
    #>> '{appointment,customer_id}',
  :'carla', 'a replay names the kept customer'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'new', :'dora', :'haircut', '2026-12-07 10:00+01', :'anna')), '404 not_found',
  'nothing is booked for the merged customer any more'
);
select is(
  schnittwerk.release_hold('release', :'hold') #>> '{hold,customer_id}', :'carla',
  'the hold is released for the kept customer'
);

-- Nothing of the person outlives the erasure of the kept customer.
select schnittwerk.export_customer(:'carla') as export \gset
select ok(
  :'export' like '%Dora%' and :'export' like '%dora@example.com%'
    and :'export' like '%Bring photo%' and :'export' like '%hold_slot%',
  'an export tells what is kept of the merged customer'
);
select schnittwerk.cancel_booking(a.id::text, a.id, 'no reason', 'merged')
from schnittwerk_core.appointments a
where a.customer_id = :'carla' and a.status in ('pending', 'confirmed') and a.visit_id is null
\g /dev/null
select schnittwerk.cancel_visit('visit off', :'visit'),
  schnittwerk.leave_waitlist('leave', :'entry'), schnittwerk.leave_waitlist('leave 2', :'color_entry')
\g /dev/null
select is(
  schnittwerk.erase_customer(:'carla') ->> 'success', 'true', 'the kept customer is erased'
);
select is_empty(
  format(
    'select from schnittwerk_core.journal_personal where subject_id in (%L, %L)', :'carla', :'dora'),
  'the erasure reaches the journal of the merged customer'
);
select is_empty(
  $$
    select from schnittwerk_core.booking_operations
    where response::text ~ 'Bring photo|no reason'
  $$,
  'the erasure reaches the answers given to the merged customer'
);
select is(
  array(select distinct subject_id from schnittwerk_core.events where type = 'customer.erased'
    order by 1),
  array(select unnest(array[:'carla', :'dora']::uuid[]) order by 1),
  'the erasure is announced under both ids'
);

select * from finish();
rollback;
