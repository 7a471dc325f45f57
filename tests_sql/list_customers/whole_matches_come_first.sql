begin;
select plan(5);
\ir ../fixture.psql
select schnittwerk.save_customer(c.name, c.email, c.phone)
from (
  values
    ('Aanna Keller', null, null), ('Anna', null, null), ('Ánna', null, null),
    ('Annalena', 'zoe@example.com', null), ('Berta', 'anna@example.com', '+41 44 111 11 00'),
    ('Aaron', 'hanna@example.com', '+41 44 111 11 00 11')
) c (name, email, phone)
\g /dev/null
select results_eq(
  format('select full_name from schnittwerk.list_customers(%L)', s.search), s.found,
  format('a search for %s gives %s first', s.search, s.found[1])
)
from (
  values
    (' ANNA ', '{Anna,Ánna,Aanna Keller,Aaron,Annalena,Berta}'::text[]),
    ('ánna', '{Ánna,Anna,Aanna Keller,Aaron,Annalena,Berta}'),
    ('Anna@Example.com', '{Berta,Aaron}'),
    ('+41 44 111 11 00', '{Berta,Aaron}')
) s (search, found);
select results_eq(
  $$select full_name from schnittwerk.list_customers('anna', 1)$$, '{Anna}'::text[],
  'a limit of 1 keeps the customer of that name'
);

select * from finish();
rollback;
