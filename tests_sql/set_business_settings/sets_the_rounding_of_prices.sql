begin;
select plan(4);
\ir ../fixture.psql
select is(
  schnittwerk.set_business_settings(jsonb_build_object('price_rounding', r.rounding))
    #> '{business_settings,price_rounding}',
  to_jsonb(r.rounding), format('prices are rounded to %s', r.rounding)
)
from unnest('{0.01,0.50,100}'::numeric[]) r (rounding);
select schnittwerk.set_business_settings('{"buffer_time_minutes": 0}') \g /dev/null
select is(
  schnittwerk.get_business_settings() -> 'price_rounding', '100',
  'what is not given of the settings keeps the rounding of prices'
);

select * from finish();
rollback;
