create function schnittwerk_core.save_price_rule(
  p_name text,
  p_kind text,
  p_conditions jsonb,
  p_adjustment jsonb,
  p_priority int,
  p_valid_from date,
  p_valid_until date,
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
    'save_price_rule', p_salon_id, '{admin}');
  v_given schnittwerk_core.price_rule;
  v_before schnittwerk_core.price_rule;
  v_rule schnittwerk_core.price_rule;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_given.salon_id := v_caller.salon_id;
    v_given.name := schnittwerk_core.line(p_name);
    v_given.kind := p_kind;
    v_given.conditions := p_conditions;
    v_given.adjustment := p_adjustment;
    v_given.priority := p_priority;
    v_given.valid_from := p_valid_from;
    v_given.valid_until := p_valid_until;
    v_given.is_active := p_is_active;
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic schnittwerk_core.price_rule_faults('p_', v_given, p_id is null)
      || array[
        schnittwerk_core.fault(
          'p_valid_until',
          coalesce(p_valid_until < schnittwerk_core.local_today(v_caller.salon_id), false),
          'in_the_past', 'p_valid_until must not be in the past'),
        schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
          'p_conditions', v_given.conditions,
          'p_valid_from', p_valid_from,
          'p_valid_until', p_valid_until
        ))
      ]
    );
  end if;
  if v_caller.answer is null then
    begin
      -- Bookings of the salon read the rules under the locks of its staff.
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      if p_id is null then
        v_rule := v_given;
        v_rule.id := schnittwerk_core.new_id();
        v_rule.turns := 0;
        v_rule.created_at := schnittwerk_core.clock();
        perform schnittwerk_core.require_valid(schnittwerk_core.fault(
          'p_name',
          (
            select count(*) >= 200
            from schnittwerk_core.price_rule r
            where r.salon_id = v_caller.salon_id
          ),
          'too_many', 'The salon has 200 price rules: delete one first'));
      else
        select r.* into v_before
        from schnittwerk_core.price_rule r
        where r.salon_id = v_caller.salon_id and r.id = p_id
        for no key update;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such price rule');
        end if;
        v_rule := v_before;
        v_rule.name := coalesce(v_given.name, v_before.name);
        v_rule.conditions := coalesce(
          v_given.conditions,
          case when 'p_conditions' = any (p_clear) then '{}' else v_before.conditions end);
        v_rule.adjustment := coalesce(v_given.adjustment, v_before.adjustment);
        v_rule.priority := coalesce(p_priority, v_before.priority);
        v_rule.valid_from := coalesce(
          p_valid_from,
          case when 'p_valid_from' = any (p_clear) then null else v_before.valid_from end);
        v_rule.valid_until := coalesce(
          p_valid_until,
          case when 'p_valid_until' = any (p_clear) then null else v_before.valid_until end);
        v_rule.is_active := coalesce(p_is_active, v_before.is_active);
        perform schnittwerk_core.require_valid(
          variadic schnittwerk_core.price_rule_faults('p_', v_rule)
          || schnittwerk_core.fault(
            'p_kind', coalesce(p_kind <> v_before.kind, false), 'cannot_change',
            format('p_kind cannot change, it is %s: delete the rule and save another',
              v_before.kind)));
      end if;
      if v_given.conditions is not null then
        perform schnittwerk_core.require_valid(
          variadic schnittwerk_core.price_rule_misfits('p_', v_rule));
      end if;
      v_rule := schnittwerk_core.kept_price_rule(v_rule);
      perform schnittwerk_core.require_valid(schnittwerk_core.price_rule_overlap_fault(
        'p_', v_rule, array(
          select r
          from schnittwerk_core.price_rule r
          where r.salon_id = v_caller.salon_id and r.id <> v_rule.id
        )));
      if p_id is null then
        insert into schnittwerk_core.price_rule select v_rule.*;
      else
        update schnittwerk_core.price_rule r
        set
          name = v_rule.name,
          conditions = v_rule.conditions,
          adjustment = v_rule.adjustment,
          priority = v_rule.priority,
          valid_from = v_rule.valid_from,
          valid_until = v_rule.valid_until,
          is_active = v_rule.is_active
        where r.salon_id = v_caller.salon_id and r.id = p_id;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'price_rule', schnittwerk_core.price_rule_json(v_rule),
        case when p_id is null then 201 else 200 end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_price_rule(text, text, jsonb, jsonb, int, date, date, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_price_rule.';

revoke execute on function schnittwerk_core.save_price_rule from public;
grant execute on function schnittwerk_core.save_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_price_rule(
  p_name text,
  p_kind text,
  p_conditions jsonb,
  p_adjustment jsonb,
  p_priority int default null,
  p_valid_from date default null,
  p_valid_until date default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_price_rule(
  p_name, p_kind, p_conditions, p_adjustment, p_priority, p_valid_from, p_valid_until,
  p_is_active, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_price_rule(text, text, jsonb, jsonb, int, date, date, boolean, uuid, text[], uuid) is
  'Adds a price rule, or changes the given values of the one with p_id. Answers {"price_rule"}. Of each kind at most one rule applies to a booking: the one with the highest priority, then with the most conditions. A rule is refused if it overlaps another one of the same kind, priority and number of conditions, or if no booking can meet it. A salon has at most 200 rules. Existing appointments keep their price. For admins. p_name: unique in the salon, at most 200 characters, shown to customers. p_kind: time, lead_time, demand or promotion; it cannot change. p_conditions: a booking must meet all of {"services": [ids], "staff": [ids], "days": [0 (Sunday) to 6], "times": [{"start_time", "end_time"}], "lead_hours": {"min"?, "max"?}, "booked_percent": {"min"?, "max"?}}. At most 200 services, 200 staff and 24 times. times are local, HH:MM, without their end. lead_hours run from now to the start, 0 to 17520, and booked_percent is 0 to 100. max is not part of either, except that a max of 100 percent includes 100. Promotions also take "code" (5 to 50 letters, digits, - and _; kept in upper case), "first_visit": true, "max_uses" (1 to 1000000) and "max_uses_per_customer" (1 to 1000). Null or an empty object means always. p_adjustment: one of {"percent"} (-100 to 1000), {"amount"} (in the salon''s currency, not 0) and {"price"} (the new price), with two decimals. p_priority: 0 to 1000; 0 for a new rule. p_valid_from, p_valid_until: the first and last local date of the bookings; empty means no limit. p_is_active: inactive rules do not apply; a new rule is active. p_id: the rule to change; null values then stay. p_clear: parameters to empty, with p_id: p_conditions, p_valid_from, p_valid_until. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_price_rule from public;
grant execute on function schnittwerk.save_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
