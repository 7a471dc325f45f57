begin;
select plan(7);
\ir ../fixture.psql
select schnittwerk.save_customer('Gone') #>> '{customer,id}' as gone,
  schnittwerk.save_customer('Eve', p_profile_id => :'anna_user') #>> '{customer,id}' as eve \gset
select schnittwerk.erase_customer(:'gone') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.merge_customers(null, null)),
  '400 invalid_input: p_keep_id, p_merge_id', 'a merge requires both customers'
);
select is(
  pg_temp.refusal(schnittwerk.merge_customers(:'dora', :'dora')), '400 invalid_input: p_merge_id',
  'a customer is not merged into themselves'
);
select is(
  array[
    pg_temp.refusal(schnittwerk.merge_customers(:'dora', gen_random_uuid())),
    pg_temp.refusal(schnittwerk.merge_customers(gen_random_uuid(), :'dora')),
    pg_temp.refusal(schnittwerk.merge_customers(:'dora', :'gone')),
    pg_temp.refusal(schnittwerk.merge_customers(:'gone', :'dora'))
  ],
  array_fill('404 not_found'::text, '{4}'), 'unknown and erased customers are not found'
);
select schnittwerk.merge_customers(:'carla', :'eve') as answer \gset
select is(
  pg_temp.refusal(:'answer'), '409 already_exists', 'two customers with a login are not merged'
);
select matches(
  :'answer'::jsonb ->> 'details', 'unlink one of them', 'the refusal says what to do about two logins'
);
select is(
  (select count(*) from schnittwerk_core.customers), 4::bigint, 'a refused merge changes nothing'
);
select is(
  schnittwerk.merge_customers(:'dora', :'carla') #>> '{customer,profile_id}', :'carla_user',
  'a customer without a login gets the other''s'
);

select * from finish();
rollback;
