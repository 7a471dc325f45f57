-- What the book's objects were bound to when they were made: PostgreSQL's own, the book's, and what
-- extensions brought. Whoever can create in public could plant anything else, and it would run with
-- the owner's rights.
begin;
select plan(2);

create function pg_temp.strangers()
returns setof text
language sql
as $$
  select distinct r.identity
  from pg_depend d
  cross join pg_identify_object(d.classid, d.objid, d.objsubid) o
  cross join pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) r
  where d.refobjid >= 16384 -- below are PostgreSQL's
    and o.identity ~ '\yschnittwerk(_core)?\.'
    and r.identity !~ '\yschnittwerk(_core)?\.'
    and not (d.refclassid = 'pg_namespace'::regclass
      and r.identity in ('schnittwerk', 'schnittwerk_core'))
    and not exists (
      select from pg_depend e
      where e.classid = d.refclassid and e.objid = d.refobjid and e.deptype = 'e'
    )
$$;

select is_empty('select pg_temp.strangers()', 'nothing depends on a stranger''s object');

create function public.stranger(text, int) returns boolean language sql immutable return true;
create operator public.<<<< (function = public.stranger, leftarg = text, rightarg = int);
create type public.strange as enum ('a');
create domain public.odd as text;
create collation public.curious (locale = 'C');
create table public.elsewhere (a text);
create function schnittwerk_core.canary_1() returns boolean language sql return public.stranger('', 1);
create function schnittwerk_core.canary_2(public.odd) returns boolean language sql
return '' operator(public.<<<<) 1;
create table schnittwerk_core.canary (
  a text collate public.curious default 'a'::public.strange::text,
  check (public.stranger(a, 1))
);
create view schnittwerk_core.canary_3 as select from public.elsewhere;
select set_eq(
  'select pg_temp.strangers()',
  array[
    'public.stranger(pg_catalog.text,integer)', 'public.<<<<(pg_catalog.text,integer)',
    'public.strange', 'public.odd', 'public.curious', 'public.elsewhere'
  ],
  'the lint finds strangers'' functions, operators, types, collations and tables'
);

select * from finish();
rollback;
