create function schnittwerk_core.waitlist_json(p_entry schnittwerk_core.waitlist)
returns jsonb
language sql
stable
return to_jsonb(p_entry) || jsonb_build_object(
  -- An entry whose offer has expired is active, even before process_waitlist writes it.
  'status', case
    when (p_entry).status = 'notified'
      and (schnittwerk_core.open_offer((p_entry).salon_id, (p_entry).id)).id is null then 'active'
    else (p_entry).status
  end,
  'preferred_times', (
    select jsonb_agg(schnittwerk_core.time_text(t.time) order by t.time)
    from unnest((p_entry).preferred_times) t (time)
  ),
  'created_at', schnittwerk_core.utc_text((p_entry).created_at),
  'updated_at', schnittwerk_core.utc_text((p_entry).updated_at),
  'offer', (
    select jsonb_build_object(
      'id', o.id,
      'staff_id', o.staff_id,
      'starts_at', schnittwerk_core.utc_text(o.starts_at),
      'ends_at', schnittwerk_core.utc_text(o.ends_at),
      'price', o.price,
      'expires_at', schnittwerk_core.utc_text(o.expires_at)
    )
    from schnittwerk_core.open_offer((p_entry).salon_id, (p_entry).id) o
    where o.id is not null
  )
);

comment on function schnittwerk_core.waitlist_json(schnittwerk_core.waitlist) is
  'A waitlist entry with all columns and its open offer, times in UTC, local times as HH:MM.';

revoke execute on function schnittwerk_core.waitlist_json from public;
