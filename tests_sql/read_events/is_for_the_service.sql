begin;
select plan(14);
\ir ../fixture.psql
\ir ../refused.psql
select is(pg_temp.who_may(call), 'service' || code,
  'only the service may call ' || substring(call from '\.(\w+)'))
from (
  values
    ($$select schnittwerk.read_events('me')$$, ''),
    ($$select schnittwerk.acknowledge_events('me', gen_random_uuid())$$, '(not_found)'),
    ($$select schnittwerk.forget_consumer('me')$$, '(not_found)'),
    ($$select schnittwerk.emit_reminders()$$, ''),
    ($$select schnittwerk.dispatch_events('me', '[]')$$, ''),
    ($$select schnittwerk.claim_delivery('{}')$$, ''),
    ($$select schnittwerk.end_delivery(gen_random_uuid(), 'delivered')$$, '(not_found)'),
    ($$select schnittwerk.retry_deliveries(gen_random_uuid())$$, '(not_found)'),
    ($$select count(*) from schnittwerk.list_deliveries()$$, ''),
    ($$select count(*) from schnittwerk.count_deliveries()$$, ''),
    ($$select schnittwerk.purge_events()$$, '')
) c (call, code);
select is(
  pg_temp.refusal(schnittwerk.read_events('a b', 0)),
  '400 invalid_input: p_consumer, p_limit', 'a consumer of two words and a limit of 0 are refused'
);
select is(
  pg_temp.refusal(schnittwerk.purge_events(0, null)),
  '400 invalid_input: p_older_than_days, p_is_dry_run',
  'purging events less than a day old is refused'
);
select is(
  pg_temp.refused($$select schnittwerk.list_deliveries('lost', 0)$$),
  '400 invalid_input: p_status, p_limit', 'listing deliveries of an unknown status is refused'
);

select * from finish();
rollback;
