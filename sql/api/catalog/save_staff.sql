create function schnittwerk_core.save_staff(
  p_full_name text,
  p_email text,
  p_phone text,
  p_profile_id uuid,
  p_is_active boolean,
  p_id uuid,
  p_clear text[],
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
    'save_staff', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_staff schnittwerk_core.staff;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_full_name := schnittwerk_core.line(p_full_name);
    p_email := schnittwerk_core.line(p_email);
    p_phone := schnittwerk_core.line(p_phone);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_full_name', p_full_name, 200, p_id is null),
      schnittwerk_core.email_fault('p_email', p_email),
      schnittwerk_core.phone_fault('p_phone', p_phone),
      schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
        'p_email', p_email, 'p_phone', p_phone, 'p_profile_id', p_profile_id
      ))
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_id]);
      perform schnittwerk_core.require_profile(v_caller.salon_id, p_profile_id);

      if p_id is null then
        insert into schnittwerk_core.staff as m (
          salon_id, full_name, email, phone, profile_id, is_active
        )
        values (
          v_caller.salon_id, p_full_name, p_email, p_phone, p_profile_id,
          coalesce(p_is_active, true)
        )
        returning m.* into v_staff;
      else
        v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_id]);
        update schnittwerk_core.staff as m
        set
          full_name = coalesce(p_full_name, m.full_name),
          email = coalesce(p_email, case when 'p_email' = any (p_clear) then null else m.email end),
          phone = coalesce(p_phone, case when 'p_phone' = any (p_clear) then null else m.phone end),
          profile_id = coalesce(
            p_profile_id, case when 'p_profile_id' = any (p_clear) then null else m.profile_id end),
          is_active = coalesce(p_is_active, m.is_active)
        where m.salon_id = v_caller.salon_id and m.id = p_id
        returning m.* into v_staff;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'staff',
        to_jsonb(v_staff) - '{kind,calendar_version}'::text[]
          || jsonb_build_object('created_at', schnittwerk_core.utc_text(v_staff.created_at)),
        case when p_id is null then 201 else 200 end)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_staff(text, text, text, uuid, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_staff.';

revoke execute on function schnittwerk_core.save_staff from public;
grant execute on function schnittwerk_core.save_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_staff(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_staff(
  p_full_name, p_email, p_phone, p_profile_id, p_is_active, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_staff(text, text, text, uuid, boolean, uuid, text[], uuid) is
  'Adds a member of staff, or changes the given values of the one with p_id. Answers {"staff", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_full_name: one line of at most 200 characters. p_email: an e-mail address. p_phone: 5 to 20 digits. p_profile_id: the signed-in user who is this member of staff. p_is_active: inactive staff cannot be booked; a new member of staff is active. p_id: the member of staff to change; null values then stay. p_clear: parameters to empty, with p_id: p_email, p_phone, p_profile_id. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_staff from public;
grant execute on function schnittwerk.save_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
