begin;
select plan(1);
\ir ../fixture.psql
select is(
  pg_temp.refusal(schnittwerk.delete_salon()), '400 invalid_input: p_salon_id',
  'the only salon is not deleted unless it is named'
);

select * from finish();
rollback;
