create function schnittwerk_core.register_customer(
  p_full_name text, p_email text, p_phone text, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'register_customer', p_salon_id, '{admin,receptionist,staff,customer,stranger}');
  v_customer schnittwerk_core.customers;
  v_status int := 200;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null and v_caller.user_id is null then
    v_caller.answer := schnittwerk_core.failure('forbidden',
      'The service is not a customer: set schnittwerk.acting_user, or call save_customer');
  elsif v_caller.answer is null and exists (
    select from schnittwerk_core.profiles p
    where p.salon_id = v_caller.salon_id and p.id = v_caller.user_id and not p.is_active
  ) then
    v_caller.answer := schnittwerk_core.failure(
      'forbidden', 'Your profile in this salon is not active');
  end if;
  if v_caller.answer is null then
    p_full_name := schnittwerk_core.line(p_full_name);
    p_email := schnittwerk_core.line(p_email);
    p_phone := schnittwerk_core.line(p_phone);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_full_name', p_full_name),
      schnittwerk_core.email_fault('p_email', p_email, true),
      schnittwerk_core.phone_fault('p_phone', p_phone)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- Repeats if the customer is erased between two of these statements.
      loop
        -- An existing profile keeps its role: nobody changes their own.
        insert into schnittwerk_core.profiles (salon_id, id, role, full_name, email)
        values (v_caller.salon_id, v_caller.user_id, 'customer', p_full_name, p_email)
        on conflict do nothing;

        insert into schnittwerk_core.customers as c (
          salon_id, profile_id, full_name, email, email_is_own, phone
        )
        values (v_caller.salon_id, v_caller.user_id, p_full_name, p_email, true, p_phone)
        on conflict do nothing
        returning c.* into v_customer;
        if found then
          v_status := 201;
          exit;
        end if;
        update schnittwerk_core.customers as c
        set
          full_name = p_full_name,
          email = p_email,
          email_is_own = c.email_is_own or lower(p_email) is distinct from lower(c.email),
          phone = coalesce(p_phone, c.phone)
        where c.salon_id = v_caller.salon_id and c.profile_id = v_caller.user_id
        returning c.* into v_customer;
        exit when found;
      end loop;
      v_caller.answer := schnittwerk_core.success(
        'customer',
        -- The salon's notes are internal.
        schnittwerk_core.customer_json(v_customer) || '{"notes": null}',
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

comment on function schnittwerk_core.register_customer(text, text, text, uuid) is
  'Engine of schnittwerk.register_customer.';

revoke execute on function schnittwerk_core.register_customer from public;
grant execute on function schnittwerk_core.register_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.register_customer(
  p_full_name text, p_email text, p_phone text default null, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.register_customer(
p_full_name, p_email, p_phone, p_salon_id
);

comment on function schnittwerk.register_customer(text, text, text, uuid) is
  'Makes the signed-in caller a customer of the salon, or changes their own name, e-mail and telephone. Answers {"customer"}. For all signed-in users. p_full_name: one line of at most 200 characters. p_email: an e-mail address. Another customer may have the same one; the salon team then sees both as merge candidates. p_phone: 5 to 20 digits; null keeps the present one. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.register_customer from public;
grant execute on function schnittwerk.register_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
