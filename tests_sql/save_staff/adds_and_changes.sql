begin;
select plan(8);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.save_staff('Cem', 'cem@example.com', '+41 44 222 22 22', :'admin_user')
  as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'a new member of staff is created');
select is(
  (:'answer'::jsonb -> 'staff') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'full_name', 'Cem', 'email', 'cem@example.com',
    'phone', '+41 44 222 22 22', 'profile_id', :'admin_user', 'is_active', true,
    'created_at', '2026-12-01T07:00:00Z'
  ), 'a new member of staff has all that was given'
);
select schnittwerk.save_staff('Cem B.', p_id => (:'answer'::jsonb #>> '{staff,id}')::uuid)
  as changed \gset
select is(:'changed'::jsonb ->> 'http_status', '200', 'with an id the member of staff is changed');
select is(
  :'changed'::jsonb -> 'staff', :'answer'::jsonb -> 'staff'
    || '{"full_name": "Cem B."}', 'a change of a member of staff keeps what is not given'
);
select is(
  schnittwerk.save_staff(null, p_is_active => false,
    p_id => (:'answer'::jsonb #>> '{staff,id}')::uuid) -> 'staff',
  :'changed'::jsonb -> 'staff' || '{"is_active": false}',
  'a member of staff can be deactivated without other changes'
);
select is(
  schnittwerk.save_staff(null, p_id => (:'answer'::jsonb #>> '{staff,id}')::uuid,
    p_clear => '{p_email,p_phone,p_profile_id}') -> 'staff',
  :'changed'::jsonb -> 'staff'
    || '{"is_active": false, "email": null, "phone": null, "profile_id": null}',
  'p_clear empties what it names and activates nobody'
);
select is(
  pg_temp.refusal(schnittwerk.save_staff(null, p_id => :'ben', p_clear => '{p_is_active}')),
  '400 invalid_input: p_clear', 'p_is_active cannot be emptied'
);
select is(:'changed'::jsonb -> 'affected_appointments', '[]',
  'a change of the name affects no appointments');

select * from finish();
rollback;
