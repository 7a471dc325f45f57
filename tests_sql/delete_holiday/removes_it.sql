begin;
select plan(4);
\ir ../fixture.psql
select schnittwerk.create_holiday('Blackout', '2026-12-03', p_affects_all_staff => false,
  p_staff_ids => array[:'ben'::uuid]) -> 'holiday' as holiday \gset
select pg_temp.become_user(:'admin_user');
select schnittwerk.delete_holiday((:'holiday'::jsonb ->> 'id')::uuid) as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'deleting a holiday answers 200');
select is(
  :'answer'::jsonb -> 'holiday', :'holiday'::jsonb, 'the answer has the holiday as it was');
select is_empty(
  $$select * from schnittwerk.list_holidays('2026-12-03', '2026-12-03')$$,
  'a deleted holiday is not listed');
select is(
  pg_temp.refusal(schnittwerk.delete_holiday((:'holiday'::jsonb ->> 'id')::uuid)),
  '404 not_found', 'a deleted holiday cannot be deleted again'
);

select * from finish();
rollback;
