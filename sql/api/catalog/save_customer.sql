create function schnittwerk_core.save_customer(
  p_full_name text,
  p_email text,
  p_phone text,
  p_profile_id uuid,
  p_notes text,
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
    'save_customer', p_salon_id, '{admin,receptionist,staff}');
  v_customer schnittwerk_core.customers;
  v_is_new_email boolean;
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
      schnittwerk_core.text_fault('p_notes', p_notes, 2000, false),
      schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
        'p_email', p_email, 'p_phone', p_phone, 'p_profile_id', p_profile_id, 'p_notes', p_notes
      ))
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_profile(v_caller.salon_id, p_profile_id);

      if p_id is not null then
        select c.* into v_customer
        from schnittwerk_core.customers c
        where c.salon_id = v_caller.salon_id and c.id = p_id and c.erased_at is null
        for no key update;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such customer');
        end if;
      end if;
      v_is_new_email :=
        p_email is not null and lower(p_email) is distinct from lower(v_customer.email);
      -- The unique index does not cover addresses that customers entered themselves.
      if v_is_new_email and exists (
        select from schnittwerk_core.customers c
        where c.salon_id = v_caller.salon_id and lower(c.email) = lower(p_email)
      ) then
        raise unique_violation using constraint = 'customers_email_is_unique_in_the_salon';
      end if;

      if p_id is null then
        insert into schnittwerk_core.customers as c (
          salon_id, full_name, email, phone, profile_id, notes
        )
        values (v_caller.salon_id, p_full_name, p_email, p_phone, p_profile_id, p_notes)
        returning c.* into v_customer;
      else
        update schnittwerk_core.customers as c
        set
          full_name = coalesce(p_full_name, c.full_name),
          email = coalesce(p_email, case when 'p_email' = any (p_clear) then null else c.email end),
          email_is_own = c.email_is_own and not v_is_new_email,
          phone = coalesce(p_phone, case when 'p_phone' = any (p_clear) then null else c.phone end),
          profile_id = coalesce(
            p_profile_id, case when 'p_profile_id' = any (p_clear) then null else c.profile_id end),
          notes = coalesce(p_notes, case when 'p_notes' = any (p_clear) then null else c.notes end)
        where c.salon_id = v_caller.salon_id and c.id = p_id
        returning c.* into v_customer;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'customer', schnittwerk_core.customer_json(v_customer),
        case when p_id is null then 201 else 200 end
      );
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_customer(text, text, text, uuid, text, uuid, text[], uuid) is
  'Engine of schnittwerk.save_customer.';

revoke execute on function schnittwerk_core.save_customer from public;
grant execute on function schnittwerk_core.save_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_customer(
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_profile_id uuid default null,
  p_notes text default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_customer(
  p_full_name, p_email, p_phone, p_profile_id, p_notes, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_customer(text, text, text, uuid, text, uuid, text[], uuid) is
  'Adds a customer, or changes the given values of the one with p_id. Answers {"customer"}. For the salon team. p_full_name: one line of at most 200 characters. p_email: an e-mail address that no other customer has. p_phone: 5 to 20 digits. p_profile_id: the signed-in user who is this customer and may book for them. p_notes: internal, at most 2000 characters. p_id: the customer to change; null values then stay. p_clear: parameters to empty, with p_id: p_email, p_phone, p_profile_id, p_notes. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, already_exists.';

revoke execute on function schnittwerk.save_customer from public;
grant execute on function schnittwerk.save_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
