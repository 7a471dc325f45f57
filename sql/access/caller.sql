create type schnittwerk_core.caller as (
  salon_id uuid,
  kind text,
  user_id uuid,
  role text
);

comment on type schnittwerk_core.caller is
  'Who is calling: kind anonymous, user or service; in the salon a role (admin, receptionist, staff, customer), service, or null.';
