begin;
select plan(1);
\ir ../fixture.psql
select is(
  pg_temp.refusal(schnittwerk.delete_salon()), '400 invalid_input: p_salon_id',
  'leaving the salon out does not mean the only one'
);

select * from finish();
rollback;
