create function schnittwerk_core.settled_transactions()
returns pg_snapshot
language sql
volatile
return (
  select case
    when s.own >= pg_snapshot_xmax(s.now) then s.now
    else format('%s:%s:%s',
      least(pg_snapshot_xmin(s.now), s.own), pg_snapshot_xmax(s.now), (
        select string_agg(r.id::text, ',' order by r.id)
        from (
          select x.id from pg_snapshot_xip(s.now) x (id)
          union
          select s.own
        ) r
      ))::pg_snapshot
  end
  from (select pg_current_snapshot() as now, pg_current_xact_id() as own) s
);

comment on function schnittwerk_core.settled_transactions() is
  'The transactions that have ended. The current one counts as running, since it may still write events.';

revoke execute on function schnittwerk_core.settled_transactions from public;
