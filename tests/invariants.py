"""What holds of the tables whatever went on, as queries that find where it does not."""

from calls import Connection

_CLAIMS = """
    select a.id as claim_id, c.resource_id, c.during
    from schnittwerk_core.appointments a
    cross join lateral schnittwerk_core.claims_of(
      a.staff_id, a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes,
      a.steps, a.units) c
    where a.status in ('pending', 'confirmed', 'completed')
"""
# Of one appointment neither.
_OVERLAPS = f"""
    with claim as materialized (
      select c.*, row_number() over () as n from ({_CLAIMS}) c
    )
    select one.claim_id, other.claim_id
    from claim one
    join claim other
      on other.resource_id = one.resource_id and other.n > one.n and other.during && one.during
"""
_CLAIMS_OUT_OF_STEP = f"""
    select claim_id, resource_id, lower(during), upper(during)
    from ({_CLAIMS}) live
    full join (
      select * from schnittwerk_core.occupancy where expires_at is null
    ) o using (claim_id, resource_id, during)
    where live is null or o is null
"""
_UNITS_OF_OTHER_POOLS = """
    select a.id, u.pool, u.resource_id
    from schnittwerk_core.appointments a
    cross join lateral unnest(a.units) u
    left join schnittwerk_core.unit i on i.salon_id = a.salon_id and i.id = u.resource_id
    where i.pool is distinct from u.pool
"""
_UNFINISHED = """
    select idempotency_key, status
    from schnittwerk_core.booking_operations
    where status not in ('completed', 'failed')
"""
# Each success has exactly one appointment, and each appointment at most one success.
_UNTRUE = """
    select o.appointment_id, count(a.id), count(*)
    from schnittwerk_core.booking_operations o
    left join schnittwerk_core.appointments a on a.salon_id = o.salon_id and a.id = o.appointment_id
    where o.status = 'completed' and o.operation_type in ('create', 'accept_waitlist_offer')
    group by o.appointment_id
    having count(a.id) <> 1 or count(*) <> 1
"""
_DEADLOCKS = """
    select deadlocks
    from pg_stat_database
    where datname = current_database() and deadlocks > 0
"""
_TWO_AT_A_TIME = """
    select staff_id, starts_at
    from schnittwerk_core.waitlist_offer
    where status = 'open'
    group by staff_id, starts_at
    having count(*) > 1
"""
_OFFERS_WITHOUT_HOLD = """
    select o.id, h.claim_id
    from (
      select id, entry_id as claim_id, staff_id, starts_at, ends_at, expires_at
      from schnittwerk_core.waitlist_offer where status = 'open'
      union all
      select id, id, staff_id, starts_at, ends_at, expires_at
      from schnittwerk_core.hold where status = 'open'
    ) o
    full join (
      select distinct on (claim_id) *
      from schnittwerk_core.occupancy h
      where h.expires_at is not null
        and not exists (
          select from schnittwerk_core.unit u where u.salon_id = h.salon_id and u.id = h.resource_id
        )
      order by h.claim_id, h.starts_at
    ) h
      on h.claim_id = o.claim_id and h.resource_id = o.staff_id
      and h.during @> o.starts_at and h.expires_at = o.expires_at
    where o.id is null or h.claim_id is null
"""
_OFFERED_TWICE = """
    select w.customer_id, w.service_id, o.staff_id, o.starts_at
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    group by w.customer_id, w.service_id, o.staff_id, o.starts_at
    having count(*) > 1
"""
# An entry is notified exactly while it has an open offer, and booked once it has an accepted one.
_ENTRIES_OUT_OF_STEP = """
    select w.id, w.status
    from schnittwerk_core.waitlist w
    left join schnittwerk_core.waitlist_offer o
      on o.salon_id = w.salon_id and o.entry_id = w.id and o.status in ('open', 'accepted')
    group by w.id, w.status
    having count(*) filter (where o.status = 'open') <> (w.status = 'notified')::int
      or count(*) filter (where o.status = 'accepted') > (w.status = 'booked')::int
"""
_HISTORY_OUT_OF_STEP = """
    select a.id, a.status, max(h.version), count(h.*)
    from schnittwerk_core.appointments a
    left join schnittwerk_core.appointment_history h
      on h.salon_id = a.salon_id and h.appointment_id = a.id
    group by a.salon_id, a.id
    having max(h.version) is distinct from count(h.*)
      or a.reschedule_count <> count(*) filter (
        where h.action = 'rescheduled' and h.role = 'customer')
      or a.status <> (array_agg(h.to_status order by h.version desc))[1]
      or a.starts_at <> (array_agg(h.to_starts_at order by h.version desc))[1]
"""
_AMISS = (
    *(_OVERLAPS, _CLAIMS_OUT_OF_STEP, _UNITS_OF_OTHER_POOLS),
    *(_UNFINISHED, _UNTRUE, _DEADLOCKS),
)
_AMISS_UNLESS_BY_HAND = (
    *(_TWO_AT_A_TIME, _OFFERS_WITHOUT_HOLD, _OFFERED_TWICE),
    *(_ENTRIES_OUT_OF_STEP, _HISTORY_OUT_OF_STEP),
)


def assert_sound(connection: Connection, *, by_calls_only: bool = True) -> None:
    """What holds of any book, and more where nothing but calls has changed it."""
    for query in (*_AMISS, *(_AMISS_UNLESS_BY_HAND if by_calls_only else ())):
        assert connection.execute(query).fetchall() == [], query
