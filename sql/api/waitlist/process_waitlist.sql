create function schnittwerk_core.process_waitlist(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_staff_ids uuid[];
  v_offer schnittwerk_core.waitlist_offer;
  v_expired_offers int := 0;
  v_expired_entries int;
  v_new_offers int;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.begin_write(v_caller);
  delete from schnittwerk_core.freed_time f
  where f.salon_id = v_caller.salon_id and upper(f.during) <= schnittwerk_core.clock();

  select array_agg(s.staff_id) into v_staff_ids
  from (
    select f.staff_id
    from schnittwerk_core.freed_time f
    where f.salon_id = v_caller.salon_id
    union
    select o.staff_id
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = v_caller.salon_id
      and o.status = 'open' and o.expires_at <= schnittwerk_core.clock()
  ) s;
  perform schnittwerk_core.lock_resources(v_caller.salon_id, v_staff_ids);
  perform schnittwerk_core.lock_waitlist(v_caller.salon_id);

  for v_offer in
    select o.*
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = v_caller.salon_id and o.staff_id = any (v_staff_ids)
      and o.status = 'open' and o.expires_at <= schnittwerk_core.clock()
  loop
    perform schnittwerk_core.end_offer(v_offer, 'expired', 'active');
    v_expired_offers := v_expired_offers + 1;
  end loop;
  update schnittwerk_core.waitlist w
  set status = 'expired'
  where w.salon_id = v_caller.salon_id and w.status = 'active'
    and w.preferred_end_date < schnittwerk_core.local_today(v_caller.salon_id);
  get diagnostics v_expired_entries = row_count;
  v_new_offers := schnittwerk_core.offer_freed_time(v_caller.salon_id, v_staff_ids);
  return schnittwerk_core.success('waitlist', jsonb_build_object(
    'expired_offers', v_expired_offers,
    'expired_entries', v_expired_entries,
    'new_offers', v_new_offers
  ));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
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
return schnittwerk_core.log_write('process_waitlist', p_salon_id, schnittwerk_core.process_waitlist(
  p_salon_id
));

comment on function schnittwerk.process_waitlist(uuid) is
  'Ends offers and entries that have expired, offers freed time that has come within waitlist_notification_hours or that nobody took, and answers {"waitlist": {"expired_offers", "expired_entries", "new_offers"}}. To be called every minute or so: it makes prompt what is correct without it. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.process_waitlist from public;
grant execute on function schnittwerk.process_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
