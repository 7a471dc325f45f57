\set turn :turn + 1
\set place :client_id + :clients * :turn
\set customer random(1, 5000)
select bench.insert_parts(:place::int, :customer::int, false);
