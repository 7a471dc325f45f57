"""What calls return: frozen records, read from rows and from JSON alike.

Instants are aware datetimes in UTC, amounts decimals, local times of day text (``09:00``, up to
``24:00``). Unknown keys, which a newer server may send, are ignored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

__all__ = [
    "Acknowledgement",
    "AffectedAppointment",
    "AppliedPriceRule",
    "Appointment",
    "AppointmentChange",
    "AppointmentDetails",
    "AppointmentEntry",
    "AppointmentPolicies",
    "AuditEntry",
    "Availability",
    "BookingMetrics",
    "BusinessSettings",
    "ContactPreferences",
    "Customer",
    "DayStretch",
    "Delivery",
    "DeliveryCount",
    "DeliveryEntry",
    "Dispatched",
    "Durations",
    "ErasedCustomer",
    "Event",
    "EventBatch",
    "Fee",
    "FeeCount",
    "FeeCounts",
    "ForgottenConsumer",
    "FoundId",
    "Holiday",
    "HolidayDate",
    "Maintained",
    "MergedCustomer",
    "Need",
    "OfferCounts",
    "Policy",
    "PolicyViolation",
    "PriceDetails",
    "PriceExplanation",
    "PriceRule",
    "ProcessedWaitlist",
    "Profile",
    "Purged",
    "PurgedEvents",
    "RecommendedSlot",
    "Reminders",
    "Resource",
    "ResourceClosure",
    "Retention",
    "Retried",
    "Revenue",
    "RuleCheck",
    "RuleRevenue",
    "Salon",
    "Service",
    "SimulatedPrices",
    "SimulatedRule",
    "Slot",
    "SlotGeneration",
    "SpecialHours",
    "SpecialWindow",
    "Staff",
    "StaffAvailability",
    "StaffService",
    "StaffServices",
    "Step",
    "StoredAnswer",
    "TimeOff",
    "TimingCheck",
    "UnitUse",
    "UnmergedCustomer",
    "Utilisation",
    "Visit",
    "VisitItem",
    "VisitSlot",
    "WaitlistCounts",
    "WaitlistEntry",
    "WaitlistOffer",
    "WaitlistRow",
]


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that can be booked with one member of staff."""

    staff_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    duration_minutes: int
    is_preferred: bool
    price: Decimal


@dataclass(frozen=True, slots=True)
class RecommendedSlot(Slot):
    """A slot that is recommended.

    ``score`` is in minutes: minus the free time that the booking would leave too short for any
    service, plus what the customer's habits are worth. ``reasons`` are codes, such as
    ``no_time_lost``; more may be added.
    """

    score: Decimal
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """One booking rule, applied to one time; ``code`` and ``details`` say why it failed."""

    rule: str
    passed: bool
    code: str | None
    details: str | None


@dataclass(frozen=True, slots=True)
class TimingCheck:
    """Whether a time respects notice, booking horizon, holidays and opening hours."""

    is_valid: bool
    error_message: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a service. Without ``staff`` it is a gap, in which they can serve somebody else."""

    minutes: int
    staff: bool


@dataclass(frozen=True, slots=True)
class UnitUse:
    """A unit that an appointment uses. Without minutes: all the time, buffers included."""

    pool: str
    resource_id: UUID
    from_minute: int | None
    to_minute: int | None


@dataclass(frozen=True, slots=True)
class AppliedPriceRule:
    """A price rule that applied, and what it added to the price, exactly.

    ``kind`` is time, lead_time, demand or promotion.
    """

    id: UUID
    name: str
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PriceDetails:
    """How a price was computed: ``base_price`` plus ``rules``, within limits, rounded."""

    base_price: Decimal
    rules: tuple[AppliedPriceRule, ...]
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceExplanation(PriceDetails):
    """What a start costs now.

    ``code`` is promotion_not_valid or promotion_used_up if the given code does not apply.
    """

    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What a customer owes for cancelling late or not showing up.

    ``cause`` is late_cancellation or no_show; ``status`` is owed, waived or withdrawn (the customer
    did show up). ``operation_id`` and ``replayed`` are as for an `Appointment`.
    """

    appointment_id: UUID
    customer_id: UUID
    cause: str
    amount: Decimal
    status: str
    waived_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime
    operation_id: UUID | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """An appointment as a write returns it.

    None means for ``steps`` a single step, for ``units`` no units, for ``visit_id`` an appointment
    booked alone, and for ``price_details`` a price without price rules. ``promotion_id`` is the
    promotion that it used. The fees are percentages of the price, as agreed at booking; None means
    no fee. ``fee`` is the fee that a cancellation or a no-show recorded, or that
    `Client.complete_booking` withdrew; `Client.get_appointment` returns it too. ``operation_id``
    and ``replayed`` describe the write that returned the appointment: ``replayed`` is true if the
    idempotency key had been used before, and this is the answer that it got then.
    """

    id: UUID
    customer_id: UUID
    staff_id: UUID
    service_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    status: str
    price: Decimal
    price_details: PriceDetails | None = None
    promotion_id: UUID | None = None
    notes: str | None = None
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    cancellation_deadline_hours: Decimal | None = None
    reschedule_deadline_hours: Decimal | None = None
    max_reschedules: int | None = None
    late_cancellation_fee_percent: Decimal | None = None
    no_show_fee_percent: Decimal | None = None
    reschedule_count: int = 0
    cancellable_until: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    cancellation_reason: str | None = None
    created_at: dt.datetime | None = None
    steps: tuple[Step, ...] | None = None
    units: tuple[UnitUse, ...] | None = None
    visit_id: UUID | None = None
    visit_item: int | None = None
    fee: Fee | None = None
    operation_id: UUID | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class VisitItem:
    """An item of a visit that could be booked."""

    service_id: UUID
    staff_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class VisitSlot:
    """A start at which a visit could be booked; ``price`` is the sum of its items'."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    price: Decimal
    items: tuple[VisitItem, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit: its appointments in order, from the first start to the last end.

    ``status`` is the first of pending, confirmed, completed, no_show and cancelled that one of the
    appointments has. Cancelled appointments count towards times and price only if all are
    cancelled. ``fees``, which `Client.cancel_visit` and `Client.get_visit` return, are those of its
    appointments. ``operation_id`` and ``replayed`` are as for an `Appointment`.
    """

    id: UUID
    customer_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    price: Decimal
    status: str
    appointments: tuple[Appointment, ...]
    fees: tuple[Fee, ...] = ()
    operation_id: UUID | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A slot that is kept until ``expires_at``, at ``price``.

    ``promotion_id`` is the promotion of which it reserves a use. ``status`` is open, used (it
    became ``appointment_id``), released or lapsed. An open hold whose time is up counts as lapsed.
    """

    id: UUID
    customer_id: UUID | None
    service_id: UUID
    staff_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    price: Decimal
    status: str
    expires_at: dt.datetime
    price_details: PriceDetails | None = None
    promotion_id: UUID | None = None
    appointment_id: UUID | None = None
    created_at: dt.datetime | None = None
    operation_id: UUID | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedAppointment(Appointment):
    """An appointment that can no longer take place, and whom to call.

    ``cause`` is the code of the first rule that it breaks: service_not_offered, holiday,
    outside_business_hours, staff_unavailable or resource_unavailable.
    """

    customer_name: str
    customer_phone: str | None
    staff_name: str
    service_name: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentChange:
    """One line of an appointment's history; ``version`` is 1 for the booking."""

    version: int
    action: str
    role: str
    user_id: UUID | None
    reason: str | None
    override_reason: str | None
    from_status: str | None
    to_status: str
    from_service_id: UUID | None
    to_service_id: UUID
    from_staff_id: UUID | None
    to_staff_id: UUID
    from_starts_at: dt.datetime | None
    to_starts_at: dt.datetime
    correlation_id: str | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentDetails(Appointment):
    """An appointment with its history."""

    history: tuple[AppointmentChange, ...]


@dataclass(frozen=True, slots=True)
class AppointmentPolicies:
    """What the caller may do with an appointment; ``reasons`` are codes of what forbids it."""

    can_cancel: bool
    cancel_deadline: dt.datetime
    can_reschedule: bool
    reschedule_deadline: dt.datetime
    reschedules_left: int
    current_status: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitlistOffer:
    """A slot that is held for somebody who waits, until ``expires_at``."""

    id: UUID
    staff_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    price: Decimal
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistEntry:
    """Who waits for what. None as staff, times or days means any; day 0 is Sunday."""

    id: UUID
    customer_id: UUID
    service_id: UUID
    staff_id: UUID | None
    preferred_start_date: dt.date
    preferred_end_date: dt.date
    preferred_times: tuple[str, ...] | None
    preferred_days: tuple[int, ...] | None
    priority: int
    status: str
    notes: str | None
    created_at: dt.datetime
    offer: WaitlistOffer | None = None
    operation_id: UUID | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class WaitlistRow:
    """A waitlist entry as `list_waitlist` shows it, with names and the open offer."""

    id: UUID
    customer_id: UUID
    customer_name: str
    service_id: UUID
    service_name: str
    staff_id: UUID | None
    preferred_start_date: dt.date
    preferred_end_date: dt.date
    preferred_times: tuple[str, ...] | None
    preferred_days: tuple[int, ...] | None
    priority: int
    status: str
    notes: str | None
    created_at: dt.datetime
    offered_staff_id: UUID | None
    offered_starts_at: dt.datetime | None
    offered_ends_at: dt.datetime | None
    offered_price: Decimal | None
    offer_expires_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class AppointmentEntry:
    """An appointment as `list_appointments` shows it, with names."""

    id: UUID
    customer_id: UUID
    customer_name: str
    staff_id: UUID
    staff_name: str
    service_id: UUID
    service_name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    status: str
    price: Decimal
    reschedule_count: int
    notes: str | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a write answered under its idempotency key: what was written, or the refusal.

    What was written is None if its customer has been erased since, or if the caller may no longer
    see them.
    """

    success: bool
    http_status: int
    operation_id: UUID | None = None
    correlation_id: str | None = None
    error: str | None = None
    code: str | None = None
    details: str | None = None
    appointment: Appointment | None = None
    visit: Visit | None = None
    waitlist_entry: WaitlistEntry | None = None
    fee: Fee | None = None
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True, slots=True)
class Salon:
    """A location with its own IANA time zone and currency."""

    id: UUID
    name: str
    time_zone: str
    currency: str
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """How many units of a pool a service needs, and when. Without minutes: all the time."""

    pool: str
    quantity: int
    from_minute: int | None
    to_minute: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What can be booked; a buffer of None is the salon's.

    None means for ``steps`` one step of the whole duration, and for ``needs`` no units.
    ``min_price`` and ``max_price`` bound every price of the service; None means no limit.
    """

    id: UUID
    name: str
    category: str
    duration_minutes: int
    base_price: Decimal
    buffer_before_minutes: int | None
    buffer_after_minutes: int | None
    is_active: bool
    steps: tuple[Step, ...] | None = None
    needs: tuple[Need, ...] | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A member of staff. Only the salon team sees ``email`` and ``phone``."""

    id: UUID
    full_name: str
    is_active: bool
    email: str | None = None
    phone: str | None = None
    profile_id: UUID | None = None
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffService:
    """A service that a member of staff performs; None means the service's own value."""

    service_id: UUID
    custom_price: Decimal | None = None
    estimated_duration_minutes: int | None = None
    steps: tuple[Step, ...] | None = None


@dataclass(frozen=True, slots=True)
class StaffServices:
    """All services of a member of staff, after the write."""

    staff_services: tuple[StaffService, ...]
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True)
class Availability:
    """A weekly window of a member of staff: 0 is Sunday, local times, open or a break."""

    day_of_week: int
    start_time: str
    end_time: str
    availability_type: str


@dataclass(frozen=True, slots=True)
class StaffAvailability:
    """The week of a member of staff, after the write."""

    staff_availability: tuple[Availability, ...]
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True)
class MovedAppointment:
    """An appointment whose units have changed; ``units`` are all that it uses now."""

    id: UUID
    units: tuple[UnitUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceClosure:
    """Days or local hours when a resource cannot be used. Without times: whole days."""

    id: UUID
    resource_id: UUID
    start_date: dt.date
    end_date: dt.date
    start_time: str | None
    end_time: str | None
    reason: str | None
    moved_appointments: tuple[MovedAppointment, ...] = ()
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A room or a piece of equipment: a unit of its pool.

    ``closures``, which `Client.list_resources` returns, are the current and the future ones.
    """

    id: UUID
    name: str
    kind: str
    pool: str
    is_active: bool
    closures: tuple[ResourceClosure, ...] = ()
    moved_appointments: tuple[MovedAppointment, ...] = ()
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule:
    """A rule that changes a price. Without ``conditions`` it always applies.

    ``kind`` is time, lead_time, demand or promotion. At most one rule of each kind applies to a
    booking: the one with the highest priority, then the one with the most conditions. Both dates
    are local and included.
    """

    id: UUID
    name: str
    kind: str
    conditions: Mapping[str, Any]
    adjustment: Mapping[str, Any]
    priority: int
    valid_from: dt.date | None
    valid_until: dt.date | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class SimulatedRule:
    """How many bookings a price rule would have applied to, and what it would have added in all.

    ``id`` is that of a saved rule.
    """

    id: UUID | None
    name: str
    kind: str
    bookings: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPrices:
    """What bookings would have cost under other price rules.

    ``revenue`` is as agreed; ``cheaper`` and ``dearer`` count the bookings whose price would have
    been another. ``rules`` are the active ones; within a kind, the one that takes precedence is
    first.
    """

    bookings: int
    revenue: Decimal
    simulated_revenue: Decimal
    cheaper: int
    dearer: int
    rules: tuple[SimulatedRule, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """Who books.

    ``merge_candidate_ids``, which `Client.list_customers` returns to the salon team, are other
    customers with the same e-mail address, who may be the same person.
    """

    id: UUID
    full_name: str
    email: str | None
    phone: str | None
    profile_id: UUID | None
    notes: str | None
    merge_candidate_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCustomer:
    """What a merge gave the kept ``customer``.

    ``filled`` names the values that they took over, ``dropped`` those of the merged customer that
    only the audit trail keeps. ``ended_entry_ids`` are the waitlist entries that ended because both
    customers waited for the service.
    """

    customer: Customer
    merged_id: UUID
    merged_at: dt.datetime
    appointments: int
    visits: int
    holds: int
    fees: int
    waitlist_entries: int
    consents: int
    ended_entry_ids: tuple[UUID, ...] = ()
    filled: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergedCustomer:
    """The restored ``customer``, and what they got back from the ``kept`` one.

    ``taken_back`` names the values that the kept customer had taken over. ``elsewhere`` counts what
    the merge had moved and what now belongs to somebody else.
    """

    customer: Customer
    kept: Customer
    merged_at: dt.datetime
    appointments: int
    visits: int
    holds: int
    fees: int
    waitlist_entries: int
    elsewhere: int
    restored_entry_ids: tuple[UUID, ...] = ()
    taken_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a signed-in user may do in the salon."""

    id: UUID
    role: str
    full_name: str | None
    email: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class FoundId:
    """What an id belongs to: ``kind`` is ``appointment``, ``visit``, ``customer`` and so on."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A holiday or closure as a write returns it."""

    id: UUID
    name: str
    date: dt.date
    type: str
    description: str | None
    is_recurring: bool
    affects_all_staff: bool
    end_date: dt.date | None = None
    recurring_month: int | None = None
    recurring_day: int | None = None
    staff_ids: tuple[UUID, ...] = ()
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True)
class HolidayDate:
    """One date that a holiday closes; a recurring one gives a row for each of its dates."""

    id: UUID
    date: dt.date
    name: str
    type: str
    description: str | None
    is_recurring: bool
    affects_all_staff: bool
    staff_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A booking policy and its limits. Where it is not active the default applies."""

    policy_key: str
    policy_value: Any
    default_value: Any
    value_type: str
    minimum: Decimal | None
    maximum: Decimal | None
    description: str
    is_active: bool

    @property
    def in_force(self) -> Any:
        """The value that applies."""
        return self.policy_value if self.is_active else self.default_value


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessSettings:
    """The salon's opening hours and booking settings; ``opening_hours`` by weekday, 0 = Sunday."""

    opening_hours: Mapping[str, Any]
    buffer_time_minutes: int
    max_advance_booking_days: int | None
    slot_interval_minutes: int
    preferred_hours: Mapping[str, Any]
    quiet_hours: Mapping[str, Any] | None = None
    price_rounding: Decimal
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """Days or local hours when a member of staff is away. Without times: whole days."""

    id: UUID
    staff_id: UUID
    start_date: dt.date
    end_date: dt.date
    start_time: str | None
    end_time: str | None
    type: str
    is_approved: bool
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True)
class DayStretch:
    """A stretch of a day of a member of staff.

    ``kind`` is booked, held, buffer, gap, holiday, off, closed, break or open. ``label`` is the
    name of a holiday or the type of time off.
    """

    staff_id: UUID
    staff_name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    kind: str
    label: str | None
    appointment_id: UUID | None
    customer_name: str | None
    service_name: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How much of the open time of a bucket is booked.

    ``bucket`` is a date ``2026-12-01``, a week ``2026-W49``, a weekday ``0`` (Sunday), an hour
    ``09``, both ``0 09``, or the name of ``staff_id``. ``ratio`` is None where nothing is open.
    """

    bucket: str
    staff_id: UUID | None
    open_minutes: int
    booked_minutes: int
    ratio: Decimal | None


@dataclass(frozen=True, slots=True)
class SpecialWindow:
    """Opening hours of one date, in place of its weekday's. If not open: closed that day."""

    date: dt.date
    start_time: str | None
    end_time: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class SpecialHours:
    """The special hours of one date, after the write. Without any, the weekday's apply."""

    special_hours: tuple[SpecialWindow, ...]
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyViolation:
    """A booking rule, and how often it refused a write."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Durations:
    """How long keyed writes took, in milliseconds; None if there were none."""

    average: Decimal | None
    p50: Decimal | None
    p95: Decimal | None
    p99: Decimal | None


@dataclass(frozen=True, slots=True)
class SlotGeneration:
    """Milliseconds that listing slots takes on average; None where the server does not measure."""

    average_ms: Decimal | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class OfferCounts:
    """Slots offered to the waitlist, and what became of them."""

    made: int
    accepted: int
    declined: int
    expired: int


@dataclass(frozen=True, slots=True)
class WaitlistCounts:
    """Waitlist entries made and ended, and how many of the ended ones were booked."""

    joined: int
    ended: int
    booked: int
    offers: OfferCounts


@dataclass(frozen=True, slots=True)
class HoldCounts:
    """Slots held, and what became of them."""

    made: int
    used: int
    released: int
    lapsed: int


@dataclass(frozen=True, slots=True)
class FeeCount:
    """How many fees, and their sum."""

    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FeeCounts:
    """Fees recorded, by status."""

    owed: FeeCount
    waived: FeeCount
    withdrawn: FeeCount


@dataclass(frozen=True, slots=True)
class RuleRevenue:
    """How many appointments a price rule applied to, and what it added in all."""

    id: UUID
    name: str
    kind: str
    bookings: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Revenue:
    """Live appointments, the sum of their agreed prices, and what price rules added to it."""

    bookings: int
    revenue: Decimal
    rules: tuple[RuleRevenue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMetrics:
    """What happened in a salon; rates from 0 to 1, None where there is nothing to divide by.

    ``operations`` counts, per operation, ``completed``, ``failed`` (refused by a rule) and
    ``refused`` (before that); ``refusals`` counts by code, over all writes.
    """

    measured_from: dt.datetime
    measured_to: dt.datetime
    attempts: int
    succeeded: int
    success_rate: Decimal | None
    operations: Mapping[str, Mapping[str, int]]
    refusals: Mapping[str, int]
    policy_violations: tuple[PolicyViolation, ...]
    conflicts: int
    key_replays: int
    keys_in_flight: int
    keys_reused: int
    duration_ms: Durations
    slot_generation: SlotGeneration
    holds: HoldCounts
    fees: FeeCounts
    prices: Revenue
    waitlist: WaitlistCounts
    waitlist_conversion_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Purged:
    """How many old operations and refusals were deleted, or would be."""

    operations: int
    refusals: int


@dataclass(frozen=True, slots=True)
class Maintained:
    """How many rows the upkeep deleted.

    ``claims`` were on past time, ``holds`` had expired; ``ended_holds`` and ``ended_offers`` had
    been kept for as long as operations are. ``partitions_made`` and ``partitions_dropped`` are
    months of a table, for all salons. ``affected_appointments`` are no longer in open time, because
    the server has new rules for the salon's time zone.
    """

    operations: int
    refusals: int
    ended_holds: int
    ended_offers: int
    claims: int
    holds: int
    partitions_made: int
    partitions_dropped: int
    affected_appointments: tuple[AffectedAppointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A change of the book: who made it, to which row, and what it changed.

    ``action`` is insert, update, delete, or erase (of a customer's personal data). ``row_key`` is
    the row's key without the salon. ``before`` and ``after`` of an update hold the columns that
    changed; erased personal values are no longer in them.
    """

    id: UUID
    occurred_at: dt.datetime
    table_name: str
    row_key: Mapping[str, Any]
    action: str
    user_id: UUID | None
    role: str
    login: str
    is_override: bool
    correlation_id: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None
    override_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedCustomer:
    """The customer whose personal data was erased, and from how many rows of each kind."""

    customer_id: UUID
    appointments: int
    history: int
    waitlist_entries: int
    operations: int
    deliveries: int
    audit_values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many of each the retention policies did not keep, or would not.

    ``customers`` were erased; ``notes`` are the appointments and waitlist entries whose free text
    was deleted.
    """

    operations: int
    refusals: int
    events: int
    customers: int
    notes: int
    audit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, as it was recorded at that moment.

    ``id`` is unique, and ``sequence`` rises with every event of a subject. ``data`` is the row
    after the change, without names, addresses and free text.
    """

    version: int
    id: UUID
    type: str
    occurred_at: dt.datetime
    salon_id: UUID
    subject_id: UUID
    sequence: int
    correlation_id: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventBatch:
    """The events that a consumer has yet to acknowledge, in order."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Whether the consumer advanced; false if it was past the event already."""

    is_acknowledged: bool


@dataclass(frozen=True, slots=True)
class ForgottenConsumer:
    """A consumer for which no events are kept any longer."""

    consumer: str


@dataclass(frozen=True, slots=True)
class ContactPreferences:
    """A customer's language, None if they have chosen none, and their consents."""

    customer_id: UUID
    language: str | None
    consents: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Reminders:
    """How many reminders have become due."""

    reminders: int


@dataclass(frozen=True, slots=True)
class Dispatched:
    """How many events a relay has dispatched, and how many deliveries they make."""

    events: int
    deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event to be delivered to one target of a relay.

    ``message`` has what a message to the customer needs besides the event; None for webhooks.
    ``fault`` says why no message can be composed: end such a delivery as refused.
    """

    id: UUID
    target: str
    channel: str
    attempts: int
    event: Event
    message: Mapping[str, Any] | None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEntry:
    """The state of a delivery: pending, delivered, parked, or skipped for a reason.

    ``attempts`` counts the failures since it was made or last retried.
    """

    id: UUID
    event_id: UUID
    subject_id: UUID
    target: str
    channel: str
    status: str
    reason: str | None
    attempts: int
    next_attempt_at: dt.datetime
    last_error: str | None
    created_at: dt.datetime
    event_type: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryCount:
    """How many deliveries of a target have a status, and when the oldest was made."""

    target: str
    status: str
    deliveries: int
    oldest_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Retried:
    """How many parked deliveries are due again."""

    retried: int


@dataclass(frozen=True, slots=True)
class PurgedEvents:
    """How many events were deleted, or would be."""

    events: int


@dataclass(frozen=True, slots=True)
class ProcessedWaitlist:
    """What has expired of the waitlist and the holds, and the offers made since."""

    lapsed_holds: int
    expired_offers: int
    expired_entries: int
    new_offers: int
