begin;
select plan(5);

select is_empty(
  $$
    select e from unnest(array[
      'a@b.ch', 'Anna.Keller+salon@mail.example.com', 'o''brien_{x}|~!#$%&*-/=?^`@1.2', 'a@b-c.d',
      repeat('x', 64) || '@example.com', 'a@' || repeat('x', 250) || '.y'
    ]) e
    where not schnittwerk_core.is_email(e)
  $$, 'is_email accepts valid addresses'
);
select is_empty(
  $$
    select e from unnest(array[
      '', '@', 'a', 'a@b', 'a@b@c', 'anna@@example.com', '@example.com', '(', 'a@', 'a@b.', 'a@.b',
      'a@b..c', '.a@b.ch', 'a.@b.ch', 'a..b@c.ch', 'a b@c.ch', ' a@b.ch', E'a@b.ch\n', 'a@b c.ch',
      'a@-b.ch', 'a@b-.ch', 'a@b.-ch', 'a@b_c.ch', 'a@[1.2.3.4]', '"a"@b.ch', 'a,b@c.ch', 'a;b@c.ch',
      'a:b@c.ch', 'a<b@c.ch', 'a>b@c.ch', 'a(b@c.ch', 'a)b@c.ch', 'a[b@c.ch', 'a]b@c.ch', 'a\b@c.ch',
      'Anna <a@b.ch>', 'ä@b.ch', 'a@bücher.ch', E'a\x01@b.ch', E'a@b.ch\r\nBcc: x@y.ch',
      repeat('x', 65) || '@example.com', 'a@' || repeat('x', 251) || '.y'
    ]) e
    where schnittwerk_core.is_email(e)
  $$, 'is_email rejects other texts'
);
\ir ../fixture.psql
select is(
  pg_temp.refusal(answer), '400 invalid_input: p_email',
    called || ' refuses an email that is no address')
from (
  values
    ('save_customer', schnittwerk.save_customer('Emil', 'a@b@c')),
    ('save_staff', schnittwerk.save_staff('Emil', 'a@b@c')),
    ('save_profile', schnittwerk.save_profile(:'carla_user', p_email => 'a@b@c'))
) c (called, answer);

select * from finish();
rollback;
