\set turn :turn + 1
select bench.insert_or_lose(:turn::int);
