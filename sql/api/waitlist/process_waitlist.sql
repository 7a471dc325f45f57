create function schnittwerk_core.process_waitlist(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'process_waitlist', p_salon_id, '{}');
  v_today constant date := schnittwerk_core.local_today(v_caller.salon_id);
  v_staff_id uuid;
  v_lapsed_holds int := 0;
  v_expired_offers int := 0;
  v_expired_entries int;
  v_new_offers int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      delete from schnittwerk_core.freed_time f
      where f.salon_id = v_caller.salon_id and upper(f.during) <= schnittwerk_core.clock();
      select lapsed.staff_id into v_staff_id
      from (
        select o.staff_id, o.expires_at
        from schnittwerk_core.waitlist_offer o
        where o.salon_id = v_caller.salon_id
          and o.status = 'open' and o.expires_at <= schnittwerk_core.clock()
        union all
        select h.staff_id, h.expires_at
        from schnittwerk_core.hold h
        where h.salon_id = v_caller.salon_id
          and h.status = 'open' and h.expires_at <= schnittwerk_core.clock()
      ) lapsed
      order by lapsed.expires_at
      limit 1;
      if found then
        perform schnittwerk_core.lock_resources(v_caller.salon_id, array[v_staff_id]);
        v_lapsed_holds := schnittwerk_core.end_lapsed_holds(v_caller.salon_id);
        v_expired_offers := schnittwerk_core.end_lapsed_offers(v_caller.salon_id);
        v_new_offers := schnittwerk_core.offer_freed_time(v_caller.salon_id, array[v_staff_id]);
      else
        v_new_offers := schnittwerk_core.offer_freed_time(
          v_caller.salon_id,
          array(
            select distinct f.staff_id
            from schnittwerk_core.freed_time f
            where f.salon_id = v_caller.salon_id
          ),
          p_are_locked => false
        );
      end if;
      -- Last, because resources are locked before entries.
      update schnittwerk_core.waitlist w
      set status = 'expired'
      where w.salon_id = v_caller.salon_id and w.id in (
        select p.id
        from schnittwerk_core.waitlist p
        where p.salon_id = v_caller.salon_id and p.status = 'active'
          and p.preferred_end_date < v_today
        for no key update skip locked
      );
      get diagnostics v_expired_entries = row_count;
      v_caller.answer := schnittwerk_core.success('waitlist', jsonb_build_object(
        'lapsed_holds', v_lapsed_holds,
        'expired_offers', v_expired_offers,
        'expired_entries', v_expired_entries,
        'new_offers', v_new_offers
      ));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.process_waitlist(uuid) is
  'Engine of schnittwerk.process_waitlist.';

revoke execute on function schnittwerk_core.process_waitlist from public;
grant execute on function schnittwerk_core.process_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.process_waitlist(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.process_waitlist(p_salon_id);

comment on function schnittwerk.process_waitlist(uuid) is
  'Ends lapsed holds and expired offers and entries. Offers freed time that has come within waitlist_notification_hours, or that nobody took. Answers {"waitlist": {"lapsed_holds", "expired_offers", "expired_entries", "new_offers"}}. A call locks and offers the time of one member of staff, at most 10 slots. Repeat it, each call in its own transaction, until all are 0. Call it every minute or so: without it everything stays correct, but offers are late. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.process_waitlist from public;
grant execute on function schnittwerk.process_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
