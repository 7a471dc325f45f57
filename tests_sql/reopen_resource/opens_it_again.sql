begin;
select plan(7);
\ir ../fixture.psql
\ir ../close_resource/basins.psql
select schnittwerk.close_resource(
  :'basin_1', '2026-12-02', p_start_time => '10:00', p_end_time => '12:00', p_reason => 'Leak')
  -> 'closure' as closure \gset
select :'closure'::jsonb ->> 'id' as id \gset
select is(
  pg_temp.who_may(format('select schnittwerk.reopen_resource(%L)', :'id')), 'admin service',
  'only admins and the service reopen resources'
);
select is(
  pg_temp.refusal(schnittwerk.reopen_resource(null)), '400 invalid_input: p_closure_id',
  'the closure is required'
);
select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.reopen_resource(:'id') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'reopening a resource answers 200');
select is(
  :'answer'::jsonb -> 'closure', :'closure'::jsonb, 'the answer has the closure as it was'
);
select is_empty(
  $$select from schnittwerk.list_resources() where closures <> '[]'$$, 'the closure is gone'
);
select is(
  pg_temp.refusal(schnittwerk.reopen_resource(:'id')), '404 not_found',
  'a closure that is gone is not found'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select array_agg(a.action || ' ' || a.role || ' ' || coalesce(p.after ->> 'reason', p.before ->> 'reason')
     order by a.number)
   from schnittwerk_core.audit a
   join schnittwerk_core.journal_personal p on p.salon_id = a.salon_id and p.journal_id = a.id
   where a.table_name = 'unit_closure'),
  '{insert service Leak,delete admin Leak}', 'closures are in the audit, their reasons apart'
);

select * from finish();
rollback;
