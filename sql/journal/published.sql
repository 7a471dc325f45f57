create view schnittwerk_core.published
with (security_invoker = true) as
select
  j.salon_id, j.id, j.transaction_id, j.number, k.event_type as type, j.subject_id, 1 as version,
  j.correlation_id,
  case when j.kind = 'erased'
    then jsonb_build_object('salon_id', j.salon_id, 'customer_id', j.subject_id)
    else (
      -- times as the API spells them
      select jsonb_object_agg(d.key, case
        when d.key like '%\_at' and d.value <> 'null'
          then to_jsonb(replace(d.value #>> '{}', '+00:00', 'Z'))
        else d.value end)
      from jsonb_each(
        coalesce(j.after, j.before) - 'version'
        || case when j.table_name = 'appointments' and j.after is not null
            and j.before ?| '{service_id,staff_id,starts_at,ends_at}'
          then jsonb_build_object(
            'previous_service_id', coalesce(j.before -> 'service_id', j.after -> 'service_id'),
            'previous_staff_id', coalesce(j.before -> 'staff_id', j.after -> 'staff_id'),
            'previous_starts_at', coalesce(j.before -> 'starts_at', j.after -> 'starts_at'),
            'previous_ends_at', coalesce(j.before -> 'ends_at', j.after -> 'ends_at'))
          else '{}' end
        || case when j.table_name = 'holidays'
          then jsonb_build_object('staff_ids', (
            select coalesce(jsonb_agg(s.staff_id order by s.staff_id), '[]')
            from (
              -- The links to staff are rows of their own, mostly written after the holiday's.
              select distinct on (l.row_key ->> 'staff_id')
                l.row_key ->> 'staff_id' as staff_id, l.kind
              from schnittwerk_core.journal l
              where l.salon_id = j.salon_id and l.subject_id = j.subject_id
                and l.table_name = 'holiday_staff'
                and (l.number < j.number or l.transaction_id = j.transaction_id)
              order by l.row_key ->> 'staff_id', l.number desc
            ) s
            where s.kind = 'created'
          ))
          else '{}' end
      ) d
    ) end as data,
  j.occurred_at
from schnittwerk_core.journal j
join schnittwerk_core.published_kind k on k.table_name = j.table_name and k.kind = j.kind;

comment on view schnittwerk_core.published is
  'The journal entries that are events, including those that only a delivery still needs.';
comment on column schnittwerk_core.published.salon_id is 'The salon.';
comment on column schnittwerk_core.published.id is 'Identifies the event.';
comment on column schnittwerk_core.published.transaction_id is 'Which transaction wrote it.';
comment on column schnittwerk_core.published.number is 'Rises with every event of a subject; not gapless.';
comment on column schnittwerk_core.published.type is 'The kind of thing and what happened to it, such as appointment.cancelled.';
comment on column schnittwerk_core.published.subject_id is
  'The appointment (also for its fee), hold, waitlist entry, offer, holiday or customer; the salon for its policies.';
comment on column schnittwerk_core.published.version is 'Version of the payload''s format.';
comment on column schnittwerk_core.published.correlation_id is 'Ties the event to the request.';
comment on column schnittwerk_core.published.data is 'The row as it became, without free text; times in UTC.';
comment on column schnittwerk_core.published.occurred_at is 'When it happened.';
