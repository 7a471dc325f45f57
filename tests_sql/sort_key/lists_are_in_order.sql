begin;
select plan(7);
\ir ../fixture.psql

select is(
  schnittwerk_core.sort_key(U&'\00c9mile \00c4 Zoe\0308 \1ebf'), 'emile a zoe e',
  'sort_key leaves out letter case and marks'
);
select schnittwerk.save_salon(n.name, 'UTC') from unnest('{Zebra,Ähre,ahorn}'::text[]) n (name)
\g /dev/null
select is(
  (select array_agg(s.name) from schnittwerk.list_salons() s),
  '{ahorn,Ähre,Schnittwerk,Zebra}', 'salons are sorted by name, whatever case and marks'
);
select
  schnittwerk.save_service(n.name, 30, 50, n.name, p_salon_id => :'salon'),
  schnittwerk.save_staff(n.name, p_salon_id => :'salon'),
  schnittwerk.save_customer(n.name, p_salon_id => :'salon'),
  schnittwerk.create_holiday(n.name, '2026-12-24', p_salon_id => :'salon')
from unnest('{Zebra,Ähre,ahorn}'::text[]) n (name) \g /dev/null
select is(
  (select array_agg(v.name) from schnittwerk.list_services(:'salon') v),
  '{ahorn,Ähre,Color,Haircut,Zebra}',
  'services are sorted by category first, whatever case and marks'
);
select is(
  (select array_agg(m.full_name) from schnittwerk.list_staff(p_salon_id => :'salon') m),
  '{ahorn,Ähre,Anna,Ben,Zebra}', 'staff are sorted by name, whatever case and marks'
);
select is(
  (select array_agg(c.full_name) from schnittwerk.list_customers(p_salon_id => :'salon') c),
  '{ahorn,Ähre,Carla,Dora,Zebra}', 'customers are sorted by name, whatever case and marks'
);
select is(
  (select array_agg(h.name) from schnittwerk.list_holidays('2026-12-24', '2026-12-24', :'salon') h),
  '{ahorn,Ähre,Zebra}', 'holidays of one date are sorted by name, whatever case and marks'
);
select is(
  (
    select array_agg(c.full_name)
    from schnittwerk.list_customers(U&' A\0308HRE\00a0', p_salon_id => :'salon') c
  ), '{Ähre}', 'a search trims, composes and ignores case'
);

select * from finish();
rollback;
