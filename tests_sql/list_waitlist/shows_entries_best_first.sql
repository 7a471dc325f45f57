begin;
select plan(19);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut', p_to => '2026-12-05') as a \gset
select pg_temp.now_is('2026-12-01 08:01+01') \g /dev/null
select pg_temp.wait(:'dora', :'haircut', :'anna', 4, '{14:00,09:30}', '{3}', '2026-12-06') as b \gset
select pg_temp.wait(:'dora', :'color', p_from => '2026-12-10', p_to => '2026-12-20') as c \gset
select pg_temp.wait(:'zoe', :'color') as d \gset
select schnittwerk.leave_waitlist('1', :'d') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 10:00+01') \g /dev/null

create function pg_temp.listed(
  p_status text default null, p_service_id uuid default null, p_from date default null,
  p_to date default null
)
returns text
language sql
as $$
  select string_agg(l.customer_name || ' ' || l.service_name, ', ' order by l.ordinality)
  from schnittwerk.list_waitlist(p_status, p_service_id, p_from, p_to)
    with ordinality l
$$;

select is(
  (select array_agg(l.id) from schnittwerk.list_waitlist() l),
  array[:'b', :'a', least(:'c', :'d'), greatest(:'c', :'d')]::uuid[],
  'entries are ordered by priority, then age, then id'
);
select is(
  pg_temp.listed('active'), 'Dora Haircut, Dora Color',
  'p_status active lists entries without an offer'
);
select is(
  pg_temp.listed('notified'), 'Carla Haircut',
  'p_status notified lists entries with an open offer'
);
select is(
  pg_temp.listed('cancelled'), 'Zoe Color',
  'p_status cancelled lists entries that have left'
);
select is(pg_temp.listed('booked'), null, 'p_status booked lists no entry that has not booked');
select is(
  pg_temp.listed('expired'), null,
  'p_status expired lists no entry whose dates are to come'
);
select is(pg_temp.listed(p_service_id => :'haircut'), 'Dora Haircut, Carla Haircut',
  'p_service_id lists the entries for that service');
select is(pg_temp.listed('active', :'haircut'), 'Dora Haircut',
  'p_status and p_service_id can be combined');
select is(
  pg_temp.listed('active', p_from => '2026-12-14'), 'Dora Haircut, Dora Color',
  'p_from lists entries that want that date or a later one'
);
select is(
  pg_temp.listed('active', p_from => '2026-12-15'), 'Dora Color',
  'p_from leaves out entries whose last date is the day before'
);
select is(pg_temp.listed(p_to => '2026-12-05', p_status => 'notified'), 'Carla Haircut',
  'p_to lists entries whose first date is earlier');
select is(
  pg_temp.listed('active', p_to => '2026-12-05'), null,
  'p_to leaves out entries whose first date is later'
);
select is(
  pg_temp.listed('active', p_to => '2026-12-06'), 'Dora Haircut',
  'p_to lists entries whose first date it is'
);
select is(
  pg_temp.listed('active', p_from => '2026-12-07', p_to => '2026-12-08'), 'Dora Haircut',
  'p_from and p_to may be within an entry''s dates'
);

select is(
  (select to_jsonb(l) - '{id,created_at}'::text[] from schnittwerk.list_waitlist('active') l limit 1),
  jsonb_build_object(
    'customer_id', :'dora', 'customer_name', 'Dora', 'service_id', :'haircut',
    'service_name', 'Haircut', 'staff_id', :'anna', 'preferred_start_date', '2026-12-06',
    'preferred_end_date', '2026-12-14', 'preferred_times', '["09:30", "14:00"]'::jsonb,
    'preferred_days', '[3]'::jsonb, 'priority', 4, 'status', 'active', 'notes', null,
    'offered_staff_id', null, 'offered_starts_at', null, 'offered_ends_at', null,
    'offered_price', null, 'offer_expires_at', null),
  'an entry is listed with all columns'
);
select results_eq(
  $$
    select offered_staff_id, offered_starts_at, offered_ends_at, offered_price, offer_expires_at
    from schnittwerk.list_waitlist('notified')
  $$,
  format(
    $$values (uuid %L, timestamptz '2026-12-02 10:00+01', timestamptz '2026-12-02 11:00+01', 75.00,
      timestamptz '2026-12-01 10:01+01')$$, :'ben'),
  'an entry is listed with its open offer'
);

-- nobody calls process_waitlist
select pg_temp.now_is('2026-12-05 23:59+01') \g /dev/null
select is(
  (select status || coalesce(offered_starts_at::text, '') from schnittwerk.list_waitlist()
    where id = :'a'),
  'active', 'an expired offer is not listed'
);
select pg_temp.now_is('2026-12-06 00:00+01') \g /dev/null
select is(
  pg_temp.listed('expired'), 'Carla Haircut',
  'an entry is listed as expired as soon as its last date has passed');
select is(
  pg_temp.entry_status(:'a'), 'notified',
  'an entry that is listed as expired may be stored as notified'
);

select * from finish();
rollback;
