create function schnittwerk_core.save_profile(
  p_profile_id uuid,
  p_role text,
  p_full_name text,
  p_email text,
  p_is_active boolean,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'save_profile', p_salon_id, '{admin}');
  v_profile schnittwerk_core.profiles;
  v_status int := 200;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_full_name := schnittwerk_core.line(p_full_name);
    p_email := schnittwerk_core.line(p_email);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_profile_id', p_profile_id is null),
      schnittwerk_core.fault(
        'p_role',
        coalesce(p_role not in ('admin', 'receptionist', 'staff', 'customer'), false),
        'unknown_role',
        'p_role must be admin, receptionist, staff or customer'),
      schnittwerk_core.line_fault('p_full_name', p_full_name, 200, false),
      schnittwerk_core.email_fault('p_email', p_email)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- Repeats if the user is erased, or saved by another call, between the two statements.
      loop
        update schnittwerk_core.profiles as p
        set
          role = coalesce(p_role, p.role),
          full_name = coalesce(p_full_name, p.full_name),
          email = coalesce(p_email, p.email),
          is_active = coalesce(p_is_active, p.is_active)
        where p.salon_id = v_caller.salon_id and p.id = p_profile_id
        returning p.* into v_profile;
        exit when found;
        perform schnittwerk_core.require_valid(
          schnittwerk_core.required_fault('p_role', p_role is null));
        insert into schnittwerk_core.profiles as p (salon_id, id, role, full_name, email, is_active)
        values (
          v_caller.salon_id, p_profile_id, p_role, p_full_name, p_email, coalesce(p_is_active, true)
        )
        on conflict do nothing
        returning p.* into v_profile;
        if found then
          v_status := 201;
          exit;
        end if;
      end loop;
      v_caller.answer := schnittwerk_core.success(
        'profile',
        to_jsonb(v_profile)
          || jsonb_build_object('created_at', schnittwerk_core.utc_text(v_profile.created_at)),
        v_status
      );
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_profile(uuid, text, text, text, boolean, uuid) is
  'Engine of schnittwerk.save_profile.';

revoke execute on function schnittwerk_core.save_profile from public;
grant execute on function schnittwerk_core.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_profile(
  p_profile_id uuid,
  p_role text default null,
  p_full_name text default null,
  p_email text default null,
  p_is_active boolean default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_profile(
  p_profile_id, p_role, p_full_name, p_email, p_is_active, p_salon_id
);

comment on function schnittwerk.save_profile(uuid, text, text, text, boolean, uuid) is
  'Gives a signed-in user a role in the salon. Answers {"profile"}. Changes the given values of an existing profile; null keeps a value. For admins. p_profile_id: the "sub" of the user''s claims. p_role: admin, receptionist, staff or customer; required for a new profile. p_full_name: one line of at most 200 characters. p_email: an e-mail address. p_is_active: false removes all rights; a new profile is active. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_profile from public;
grant execute on function schnittwerk.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
