begin;
select plan(4);

select is_empty(
  $$
    select p from unnest(array[
      '12345', '+41 44 111 11 11', '(044) 111-11.11', '044/1111111', repeat('1', 20), ' 1 2 3 4 5 '
    ]) p
    where not schnittwerk_core.is_phone(p)
  $$, 'is_phone accepts telephone numbers'
);
select is_empty(
  $$
    select p from unnest(array[
      '', ' ', '+', 'call mum', '1234', repeat('1', 21), '0041+441111111', '(+41) 44 111 11 11',
      '++4144111111', '044 111 11 11 ext. 2', '044x1111111', E'044\t1111111', E'12345\n', '１２３４５６',
      '12345' || repeat(' ', 46)
    ]) p
    where schnittwerk_core.is_phone(p)
  $$, 'is_phone rejects other texts'
);
\ir ../fixture.psql
select is(
  pg_temp.refusal(answer), '400 invalid_input: p_phone',
    called || ' refuses a phone that is no number')
from (
  values
    ('save_customer', schnittwerk.save_customer('Emil', p_phone => 'call mum')),
    ('save_staff', schnittwerk.save_staff('Emil', p_phone => 'call mum'))
) c (called, answer);

select * from finish();
rollback;
