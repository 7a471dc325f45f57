-- Unlogged: a crash loses a minute of calls, and writes log less. No references: a caller need not
-- have a row anywhere.
create unlogged table schnittwerk_core.rate_usage (
  salon_id uuid not null,
  user_id uuid not null,
  kind text not null,
  calls timestamptz[] not null,
  constraint rate_usage_pkey primary key (salon_id, user_id, kind)
);

alter table schnittwerk_core.rate_usage enable row level security;

comment on table schnittwerk_core.rate_usage is
  'When each caller made the writes of the last minute: what the rate limits count.';
comment on column schnittwerk_core.rate_usage.salon_id is 'The salon.';
comment on column schnittwerk_core.rate_usage.user_id is 'Who called.';
comment on column schnittwerk_core.rate_usage.kind is 'booking, cancel, change, or code (wrong promotion codes): each has limits of its own.';
comment on column schnittwerk_core.rate_usage.calls is 'The calls that counted, oldest first.';
