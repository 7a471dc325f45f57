create function schnittwerk_core.release_offer(
  p_offer schnittwerk_core.waitlist_offer, p_status text, p_entry_status text
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform schnittwerk_core.end_offer(p_offer, p_status, p_entry_status);
  perform schnittwerk_core.offer_freed_time(p_offer.salon_id, array[p_offer.staff_id]);
end
$$;

comment on function schnittwerk_core.release_offer(schnittwerk_core.waitlist_offer, text, text) is
  'Ends an offer without a booking and hands its slot on. The staff''s time and the waitlist are locked.';

revoke execute on function schnittwerk_core.release_offer from public;
