# ruff: noqa: A002 -- the contract names the parameters
# mypy: disable-error-code="empty-body"
"""The RPC contract in Python: one method a function of the schema ``schnittwerk``.

A method has the function's name and its parameters without ``p_``. Only arguments that are given
are sent, so that the database's defaults hold; the defaults written here are theirs, for reading.
The same methods serve `schnittwerk_db.Client`, which returns the result, and
`schnittwerk_db.AsyncClient`, where they are awaited.

Every method raises subclasses of `schnittwerk_db.BookingError`. All methods raise
`NotAuthenticated`, `Forbidden`, `NotFound` (also for what the caller may not know of) and
`InvalidInput` (also for a missing salon where there are several). Writes of signed-in users raise
`RateLimited` too; no client waits for it. The docstring of a method names what else it raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from schnittwerk_db.arguments import (
    Amount,
    Document,
    Documents,
    Id,
    Instant,
    LocalDate,
    LocalTime,
    Names,
    Value,
)
from schnittwerk_db.models import (
    Acknowledgement,
    AffectedAppointment,
    Appointment,
    AppointmentDetails,
    AppointmentEntry,
    AppointmentPolicies,
    AuditEntry,
    Availability,
    BookingMetrics,
    BusinessSettings,
    ContactPreferences,
    Customer,
    DayStretch,
    Delivery,
    DeliveryCount,
    DeliveryEntry,
    Dispatched,
    ErasedCustomer,
    EventBatch,
    Fee,
    ForgottenConsumer,
    FoundId,
    Hold,
    Holiday,
    HolidayDate,
    Maintained,
    MergedCustomer,
    Policy,
    PriceExplanation,
    PriceRule,
    ProcessedWaitlist,
    Profile,
    Purged,
    PurgedEvents,
    RecommendedSlot,
    Reminders,
    Resource,
    ResourceClosure,
    Retention,
    Retried,
    RuleCheck,
    Salon,
    Service,
    SimulatedPrices,
    Slot,
    SpecialHours,
    SpecialWindow,
    Staff,
    StaffAvailability,
    StaffService,
    StaffServices,
    StoredAnswer,
    TimeOff,
    TimingCheck,
    UnmergedCustomer,
    Utilisation,
    Visit,
    VisitSlot,
    WaitlistEntry,
    WaitlistRow,
)
from schnittwerk_db.rpc import reads, writes


class Api:
    """The calls that both clients have."""

    salon_id: UUID | None

    # Slots and bookings

    @reads
    def find_slots(
        self,
        service_id: Id,
        from_: LocalDate,
        to: LocalDate | None = None,
        staff_id: Id | None = None,
        slot_interval_minutes: int | None = None,
        limit: int | None = None,
        appointment_id: Id | None = None,
        promotion_code: str | None = None,
    ) -> list[Slot]:
        """Starts that can be booked now, by time, then member of staff.

        ``from_`` to ``to`` are local dates of the salon, both included, at most 92 days; without
        ``to`` one day. Without ``staff_id`` everyone who performs the service, each with their own
        duration and price. ``slot_interval_minutes`` is the grid's step, else the salon's.
        ``limit`` counts rows; 1 finds the first free slot without computing the rest. More than
        100,000 slots are refused: ask for fewer days, one member of staff or a longer interval.

        With ``appointment_id`` where that appointment can move to, as if it were not there: with
        its length, steps, buffers and price, or, if ``service_id`` is another service than its own,
        with that one's. The list is empty where this caller may not move it, and has only its own
        start where they may only change its service; the salon team also sees the slots that a
        move reaches with ``override_reason`` after the deadline or beyond the limits.

        Prices are those that this caller's booking has now, with ``promotion_code`` where that
        promotion applies; `explain_price` tells how one comes about.

        Raises `InvalidInput`, `NotFound`.

        RPC: ``schnittwerk.find_slots``.
        """

    @reads
    def recommend_slots(
        self,
        service_id: Id,
        from_: LocalDate,
        to: LocalDate | None = None,
        staff_id: Id | None = None,
        customer_id: Id | None = None,
        limit: int = 5,
    ) -> list[RecommendedSlot]:
        """The best of the slots that `find_slots` lists, best first, then by time.

        The best slots leave the least time that is too short for any service of the member of
        staff. With ``customer_id`` the customer's usual member of staff, weekday and hour count
        too. Slots during their own appointments are left out, unless the policy
        ``prevent_customer_overlap`` is off. ``limit`` is 1 to 100.

        The codes in ``reasons``: ``no_time_lost``, ``usual_staff``, ``usual_weekday`` and
        ``usual_hour``, which count for the score; ``preferred_hours`` and ``soonest`` (the first
        start of all), which do not.

        Raises `InvalidInput`, `NotFound`.

        RPC: ``schnittwerk.recommend_slots``.
        """

    @reads
    def explain_slot(
        self,
        service_id: Id,
        staff_id: Id,
        starts_at: Instant,
        appointment_id: Id | None = None,
        customer_id: Id | None = None,
    ) -> list[RuleCheck]:
        """Every booking rule once, and whether that start passes it.

        All pass exactly when this caller can book it now; with ``appointment_id``, when they can
        move that appointment there without an override, on the terms of ``service_id`` if this is
        another service than its own. ``customer_id`` is whom the booking would be for, if not the
        caller.

        Raises `InvalidInput`, `NotFound`.

        RPC: ``schnittwerk.explain_slot``.
        """

    @reads
    def explain_price(
        self,
        service_id: Id,
        staff_id: Id,
        starts_at: Instant,
        promotion_code: str | None = None,
    ) -> PriceExplanation:
        """What a start costs this caller now, and which price rules make it so.

        It tells so whether or not the time is free. Promotions whose code was not given are not
        shown.

        Raises `InvalidInput`, `NotFound`.

        RPC: ``schnittwerk.explain_price``.
        """

    @reads
    def validate_appointment_timing(
        self, appointment_start: Instant, appointment_end: Instant
    ) -> TimingCheck:
        """Whether a time keeps notice, horizon, holidays and opening hours.

        Any two instants have an answer, also with seconds or in the past.

        RPC: ``schnittwerk.validate_appointment_timing``.
        """

    @writes("appointment")
    def create_booking(
        self,
        customer_id: Id | None,
        service_id: Id,
        starts_at: Instant,
        staff_id: Id | None = None,
        notes: str | None = None,
        expected_price: Amount | None = None,
        override_reason: str | None = None,
        hold_id: Id | None = None,
        promotion_code: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Appointment:
        """Books, and returns the appointment with ``operation_id`` and ``replayed``.

        Without ``customer_id`` for the caller; without ``staff_id``, of those who are free then,
        with the one who has the fewest booked minutes that day. ``expected_price``, in the salon's
        currency, is only checked. ``override_reason`` waives, for the salon team, what may be
        waived. With ``hold_id`` it books the slot that `hold_slot` holds, at its price; service,
        start and staff (if given) are the hold's. ``promotion_code`` is refused where the promotion
        does not apply; with a hold it is given to `hold_slot`. The same ``idempotency_key`` gives
        the same appointment again; without one each call is its own.

        Raises `SlotConflict`, `RuleViolation`, `PriceMismatch`, `IdempotencyKeyReused`,
        `RequestInFlight`.

        RPC: ``schnittwerk.create_booking``.
        """

    @writes("hold")
    def hold_slot(
        self,
        service_id: Id,
        starts_at: Instant,
        staff_id: Id | None = None,
        customer_id: Id | None = None,
        promotion_code: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Hold:
        """Keeps a slot for a while (policy ``hold_minutes``), at the price that it has now.

        Customers hold for themselves; the salon team for ``customer_id``, or for nobody yet. A new
        hold of a customer takes the place of the old one (``max_open_holds_per_customer``), and the
        same slot again answers the hold that is there. It lapses by itself. With ``promotion_code``
        it reserves a use of the promotion.

        Raises `SlotConflict`, `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.hold_slot``.
        """

    @writes("hold")
    def release_hold(self, hold_id: Id, *, idempotency_key: str | None = None) -> Hold:
        """Gives up a hold before it lapses, and offers its time to the waitlist.

        Raises `RuleViolation`, `NotFound`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.release_hold``.
        """

    @writes("appointment")
    def reschedule_booking(
        self,
        appointment_id: Id,
        new_starts_at: Instant,
        new_staff_id: Id | None = None,
        reason: str | None = None,
        override_reason: str | None = None,
        new_service_id: Id | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Appointment:
        """Moves an appointment that has not begun, changes its service in place, or both.

        Without ``new_staff_id`` it stays with whom it is. Without ``new_service_id`` duration and
        agreed price stay; another service takes the terms on which the member of staff performs it
        now and is priced anew, still with its promotion where that applies. Deadline and limit are
        those agreed when it was booked; a changed service at the same start is no move, so that
        only the deadline binds it. ``override_reason`` waives, for the salon team, what may be
        waived.

        Raises `SlotConflict`, `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.reschedule_booking``.
        """

    @writes("appointment")
    def cancel_booking(
        self,
        appointment_id: Id,
        reason: str | None = None,
        override_reason: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Appointment:
        """Cancels an appointment that has not begun, and offers its time to the waitlist.

        The deadline is that agreed when it was booked; ``override_reason`` waives it for the
        salon team. ``fee`` is what the customer owes for a cancellation after the deadline, if a
        fee (policy ``late_cancellation_fee_percent``) was agreed when it was booked.

        Raises `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.cancel_booking``.
        """

    # Visits

    @reads
    def find_visits(
        self,
        items: Documents | None,
        from_: LocalDate,
        to: LocalDate | None = None,
        slot_interval_minutes: int | None = None,
        limit: int | None = None,
        visit_id: Id | None = None,
    ) -> list[VisitSlot]:
        """When a visit of several services can begin, by time: one row a start.

        ``items``: ``[{"service_id", "staff_id"?, "together"?}, …]``, 1 to 8 in order. Without
        ``staff_id`` the staff are chosen so that as few people as possible serve the visit, then
        those with the fewest booked minutes that day. ``together`` true starts with the item
        before; otherwise an item starts when that, and all that start with it, have ended.
        Dates, interval and ``limit`` as for `find_slots`.

        With ``visit_id``, and None of items, where that visit can move as it is booked. The list
        is empty where this caller may not move it; the salon team also sees what a move reaches
        with ``override_reason`` after the deadline or beyond the limits.

        Raises `InvalidInput`, `NotFound`.

        RPC: ``schnittwerk.find_visits``.
        """

    @reads
    def get_visit(self, visit_id: Id) -> Visit:
        """A visit with its appointments, for its customer and the salon team.

        Raises `NotFound`.

        RPC: ``schnittwerk.get_visit``.
        """

    @writes("visit")
    def create_visit(
        self,
        customer_id: Id | None,
        items: Documents,
        starts_at: Instant,
        notes: str | None = None,
        expected_price: Amount | None = None,
        override_reason: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Visit:
        """Books all items of a visit, or none.

        ``items`` as for `find_visits`: the staff that it lists for this start are booked.
        ``expected_price`` is the sum; ``notes`` go to every appointment; all else is as for
        `create_booking`.

        Raises `SlotConflict`, `RuleViolation`, `PriceMismatch`, `IdempotencyKeyReused`,
        `RequestInFlight`. The exception's ``item`` is the position of the item that fails.

        RPC: ``schnittwerk.create_visit``.
        """

    @writes("visit")
    def reschedule_visit(
        self,
        visit_id: Id,
        new_starts_at: Instant,
        reason: str | None = None,
        override_reason: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Visit:
        """Moves all that is open of a visit so that its earliest item starts at a new time.

        Staff, distances, durations and agreed prices stay. Deadline and limit are those of the
        earliest item; ``override_reason`` waives, for the salon team, what may be waived.

        Raises `SlotConflict`, `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`. The
        exception's ``item`` is the position of the item that fails.

        RPC: ``schnittwerk.reschedule_visit``.
        """

    @writes("visit")
    def cancel_visit(
        self,
        visit_id: Id,
        reason: str | None = None,
        override_reason: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Visit:
        """Cancels all that is open of a visit, and offers its time to the waitlist.

        The deadline is that of the earliest item; ``override_reason`` waives it for the salon
        team. ``fees`` are what the customer owes for each item, as for `cancel_booking`.

        Raises `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.cancel_visit``.
        """

    @writes("appointment")
    def confirm_booking(
        self, appointment_id: Id, *, idempotency_key: str | None = None
    ) -> Appointment:
        """Confirms a pending appointment; for the salon team.

        Raises `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.confirm_booking``.
        """

    @writes("appointment")
    def complete_booking(
        self,
        appointment_id: Id,
        override_reason: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Appointment:
        """Completes a confirmed appointment, from its start on; for the salon team.

        With ``override_reason`` also one that was wrongly marked as not shown up; ``fee`` is then
        the fee that it withdraws.

        Raises `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.complete_booking``.
        """

    @writes("appointment")
    def mark_no_show(
        self,
        appointment_id: Id,
        override_reason: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Appointment:
        """Notes, from the start on, that the customer did not come; for the salon team.

        With ``override_reason`` also of an appointment that was wrongly completed. ``fee`` is what
        the customer owes, if a fee (policy ``no_show_fee_percent``) was agreed when it was booked;
        a fee that had been waived stays waived.

        Raises `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.mark_no_show``.
        """

    @writes("fee")
    def waive_fee(
        self, appointment_id: Id, reason: str, *, idempotency_key: str | None = None
    ) -> Fee:
        """Waives the fee that is owed for an appointment, for good; for the salon team.

        ``reason``: at most 2000 characters, kept in the audit trail.

        Raises `RuleViolation`, `NotFound` (also where it has no fee), `IdempotencyKeyReused`,
        `RequestInFlight`.

        RPC: ``schnittwerk.waive_fee``.
        """

    @reads
    def appointment_policies(self, appointment_id: Id) -> AppointmentPolicies:
        """Whether the caller could cancel or move an appointment now, without an override.

        RPC: ``schnittwerk.appointment_policies``.
        """

    @reads
    def get_appointment(self, appointment_id: Id) -> AppointmentDetails:
        """An appointment with its history.

        RPC: ``schnittwerk.get_appointment``.
        """

    @reads
    def get_operation(self, idempotency_key: str, operation_type: str) -> StoredAnswer:
        """The stored answer of the caller's own key; ``operation_type`` is such as ``create``.

        RPC: ``schnittwerk.get_operation``.
        """

    @reads
    def list_appointments(
        self,
        from_: Instant,
        to: Instant,
        staff_id: Id | None = None,
        customer_id: Id | None = None,
        status: str | None = None,
    ) -> list[AppointmentEntry]:
        """Appointments that overlap the range and that the caller may see.

        RPC: ``schnittwerk.list_appointments``.
        """

    @reads
    def list_affected_appointments(self) -> list[AffectedAppointment]:
        """Appointments to come that cannot take place as things stand; for the salon team.

        RPC: ``schnittwerk.list_affected_appointments``.
        """

    # The waitlist

    @writes("waitlist_entry")
    def join_waitlist(
        self,
        customer_id: Id | None,
        service_id: Id,
        preferred_start_date: LocalDate,
        preferred_end_date: LocalDate,
        staff_id: Id | None = None,
        preferred_times: Sequence[LocalTime] | None = None,
        preferred_days: Sequence[int] | None = None,
        priority: int = 0,
        notes: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> WaitlistEntry:
        """Puts a customer (None: the caller) on the waitlist for a service.

        Dates are the salon's, both included; ``preferred_times`` are exact local starts,
        ``preferred_days`` weekdays from 0, Sunday, to 6; None is any. ``priority`` is 0 to 10,
        higher first, and set by the salon team only.

        Raises `RuleViolation` (also for a customer who waits for the service already),
        `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.join_waitlist``.
        """

    @writes("waitlist_entry")
    def update_waitlist_entry(
        self, entry_id: Id, changes: Document, *, idempotency_key: str | None = None
    ) -> WaitlistEntry:
        """Changes what an entry waits for: absent keys keep their value, None clears it.

        Raises `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.update_waitlist_entry``.
        """

    @writes("waitlist_entry")
    def leave_waitlist(self, entry_id: Id, *, idempotency_key: str | None = None) -> WaitlistEntry:
        """Takes an entry off the waitlist, and hands on what it was offered.

        Raises `RuleViolation`, `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.leave_waitlist``.
        """

    @writes("appointment")
    def accept_waitlist_offer(
        self, entry_id: Id, *, idempotency_key: str | None = None
    ) -> Appointment:
        """Books the slot that is held for an entry, at the price that it was offered for.

        Raises `RuleViolation` (also when the offer has expired), `SlotConflict`,
        `IdempotencyKeyReused`, `RequestInFlight`.

        RPC: ``schnittwerk.accept_waitlist_offer``.
        """

    @writes("waitlist_entry")
    def decline_waitlist_offer(
        self, entry_id: Id, *, idempotency_key: str | None = None
    ) -> WaitlistEntry:
        """Hands the slot that is held for an entry on to the next; the entry waits on.

        Raises `RuleViolation` (also when the offer has expired), `IdempotencyKeyReused`,
        `RequestInFlight`.

        RPC: ``schnittwerk.decline_waitlist_offer``.
        """

    @reads
    def list_waitlist(
        self,
        status: str | None = None,
        service_id: Id | None = None,
        from_: LocalDate | None = None,
        to: LocalDate | None = None,
    ) -> list[WaitlistRow]:
        """The waitlist, best first; entries for any date from ``from_`` to ``to``.

        ``status`` is active, notified (an offer is open), booked, cancelled or expired. A customer
        sees their own entries.

        RPC: ``schnittwerk.list_waitlist``.
        """

    # The salon

    @reads
    def list_salons(self) -> list[Salon]:
        """All salons.

        RPC: ``schnittwerk.list_salons``.
        """

    @writes("salon")
    def save_salon(
        self,
        name: str | None,
        time_zone: str | None,
        currency: str | None = None,
        id: Id | None = None,
        clear: Names | None = None,
    ) -> Salon:
        """Adds a salon, or changes what is given of the one with that ``id``: None keeps.

        ``time_zone`` is an IANA name, ``currency`` an ISO 4217 code, of a new one CHF. A salon has
        nothing that can be emptied: leave ``clear`` out.

        RPC: ``schnittwerk.save_salon``.
        """

    @writes("salon")
    def delete_salon(self, salon_id: Id) -> Salon:
        """Deletes a salon that has no customers, services, staff or profiles.

        RPC: ``schnittwerk.delete_salon``.
        """

    @reads
    def get_business_settings(self) -> BusinessSettings:
        """Opening hours, buffer, horizon, slot interval, preferred hours and rounding of prices.

        RPC: ``schnittwerk.get_business_settings``.
        """

    @writes("business_settings")
    def set_business_settings(self, settings: Document) -> BusinessSettings:
        """Changes the settings that are given; see `BusinessSettings` for their names.

        RPC: ``schnittwerk.set_business_settings``.
        """

    @reads
    def list_special_hours(self, from_: LocalDate, to: LocalDate) -> list[SpecialWindow]:
        """Opening hours of single dates, which replace their weekday's.

        RPC: ``schnittwerk.list_special_hours``.
        """

    @writes("special_hours")
    def set_special_hours(self, date: LocalDate, windows: Documents | None) -> SpecialHours:
        """Opens a date for ``[{"start_time", "end_time"}, …]`` instead of its weekday's hours.

        ``[]`` closes it, None gives it back to the weekday.

        RPC: ``schnittwerk.set_special_hours``.
        """

    @reads
    def list_policies(self) -> list[Policy]:
        """Every booking policy with its value, default, type and range.

        RPC: ``schnittwerk.list_policies``.
        """

    @writes("policy")
    def set_policy(self, policy_key: str, policy_value: Value, is_active: bool = True) -> Policy:
        """Sets a policy; an inactive one counts as absent, and the default holds.

        RPC: ``schnittwerk.set_policy``.
        """

    # Services, staff, customers

    @reads
    def list_services(self) -> list[Service]:
        """The services; inactive ones only for the salon team.

        RPC: ``schnittwerk.list_services``.
        """

    @writes("service")
    def save_service(
        self,
        name: str | None,
        duration_minutes: int | None,
        base_price: Amount | None,
        category: str | None = None,
        buffer_before_minutes: int | None = None,
        buffer_after_minutes: int | None = None,
        is_active: bool | None = None,
        min_price: Amount | None = None,
        max_price: Amount | None = None,
        id: Id | None = None,
        clear: Names | None = None,
    ) -> Service:
        """Adds a service, or changes what is given of the one with that ``id``: None keeps.

        ``base_price`` in the salon's currency; ``min_price`` and ``max_price`` bound what staff and
        price rules make of it, and the base price lies between them. A new one is active and in the
        category ``general``. A service without ``buffer_after_minutes`` has the salon's, 0 means
        none; without ``buffer_before_minutes`` it has none. ``clear`` names what to empty, such as
        ``["buffer_after_minutes"]``. The duration of a service that has steps is their sum, which
        `set_service_steps` changes.

        RPC: ``schnittwerk.save_service``.
        """

    @writes("service")
    def set_service_steps(self, service_id: Id, steps: Documents | None) -> Service:
        """Sets the steps of a service; its duration becomes their sum.

        ``[{"minutes", "staff"}, …]``, 1 to 24 in order: ``staff`` false is a gap, in which the
        member of staff can serve somebody else; the first and the last step are none. None is one
        step of the duration. Own steps of staff are dropped if there are more or fewer steps than
        before; their minutes stay.

        RPC: ``schnittwerk.set_service_steps``.
        """

    @writes("service")
    def set_service_resources(self, service_id: Id, needs: Documents) -> Service:
        """Replaces what a service needs of rooms and equipment.

        ``[{"pool", "quantity"?, "from_minute"?, "to_minute"?}, …]``: so many units of a pool, 1 if
        left out, from a minute after the start to another; without minutes for the whole
        appointment and its buffers. Needs of one pool must not overlap in time.

        RPC: ``schnittwerk.set_service_resources``.
        """

    @reads
    def list_resources(self) -> list[Resource]:
        """The rooms and the equipment by pool, with their open and future closures.

        RPC: ``schnittwerk.list_resources``.
        """

    @writes("resource")
    def save_resource(
        self,
        name: str | None,
        kind: str | None = None,
        pool: str | None = None,
        is_active: bool | None = None,
        id: Id | None = None,
        clear: Names | None = None,
    ) -> Resource:
        """Adds a resource, or changes what is given of the one with that ``id``: None keeps.

        ``kind`` is ``room`` or ``equipment``. ``pool`` is what services need it as; the units of a
        pool are interchangeable. A new one is an active room, in a pool of its own name. If it
        becomes inactive or goes to another pool, its appointments move to other free units; those
        that no other unit can take are affected. There is nothing for ``clear`` to empty.

        RPC: ``schnittwerk.save_resource``.
        """

    @writes("closure")
    def close_resource(
        self,
        resource_id: Id,
        start_date: LocalDate,
        end_date: LocalDate | None = None,
        start_time: LocalTime | None = None,
        end_time: LocalTime | None = None,
        reason: str | None = None,
    ) -> ResourceClosure:
        """Closes a room or a piece of equipment; without times for whole days.

        Its appointments of that time move to other free units of the pool; those that no other
        unit can take are affected.

        RPC: ``schnittwerk.close_resource``.
        """

    @writes("closure")
    def reopen_resource(self, closure_id: Id) -> ResourceClosure:
        """Removes a closure, and returns it as it was.

        RPC: ``schnittwerk.reopen_resource``.
        """

    @reads
    def list_price_rules(self) -> list[PriceRule]:
        """The price rules, inactive ones too, by kind, and in each the one first that goes before.

        RPC: ``schnittwerk.list_price_rules``.
        """

    @writes("price_rule")
    def save_price_rule(
        self,
        name: str | None,
        kind: str | None,
        conditions: Document | None,
        adjustment: Document | None,
        priority: int | None = None,
        valid_from: LocalDate | None = None,
        valid_until: LocalDate | None = None,
        is_active: bool | None = None,
        id: Id | None = None,
        clear: Names | None = None,
    ) -> PriceRule:
        """Adds a price rule, or changes what is given of the one with that ``id``: None keeps.

        ``kind`` is ``time``, ``lead_time``, ``demand`` or ``promotion`` and cannot change.
        ``conditions``, all of which a booking must meet: any of ``services`` and ``staff`` (ids),
        ``days`` (0 = Sunday), ``times`` (``[{"start_time", "end_time"}, …]``, local),
        ``lead_hours`` and ``booked_percent`` (``{"min"?, "max"?}``), and for promotions ``code``,
        ``first_visit`` (True), ``max_uses`` and ``max_uses_per_customer``; None or ``{}`` for a new
        one is always. ``adjustment`` is one of ``{"percent"}``, ``{"amount"}`` and ``{"price"}``.
        ``priority`` 0 to 1000, 0 for a new one; the dates are local, both included. A new rule is
        active. ``clear`` names what to empty: ``conditions``, ``valid_from``, ``valid_until``. A
        rule that overlaps another one of its kind, priority and number of conditions is refused.

        RPC: ``schnittwerk.save_price_rule``.
        """

    @writes("price_rule")
    def delete_price_rule(self, price_rule_id: Id) -> PriceRule:
        """Deletes a price rule, and returns it as it was. Appointments keep their prices.

        RPC: ``schnittwerk.delete_price_rule``.
        """

    @reads
    def simulate_prices(
        self, rules: Documents | None, from_: LocalDate, to: LocalDate
    ) -> SimulatedPrices:
        """What other price rules would have made of the bookings that start in a range.

        ``rules``: a list of at most 200 with the keys of a `PriceRule`, ``id`` only for rules that
        are saved; None is the saved rules. ``from_`` and ``to`` are local dates, at most 92 days
        with 10000 bookings. Each booking is priced as of when it was made; a promotion with a code
        applies to the bookings that used it. For admins.

        RPC: ``schnittwerk.simulate_prices``.
        """

    @reads
    def list_staff(self, service_id: Id | None = None) -> list[Staff]:
        """The staff, or who performs a service; inactive ones only for the salon team.

        RPC: ``schnittwerk.list_staff``.
        """

    @writes("staff")
    def save_staff(
        self,
        full_name: str | None,
        email: str | None = None,
        phone: str | None = None,
        profile_id: Id | None = None,
        is_active: bool | None = None,
        id: Id | None = None,
        clear: Names | None = None,
    ) -> Staff:
        """Adds a member of staff, or changes what is given of the one with that ``id``: None keeps.

        A new one is active. ``clear`` names what to empty: ``email``, ``phone``, ``profile_id``.

        RPC: ``schnittwerk.save_staff``.
        """

    @writes("staff_services")
    def set_staff_services(self, staff_id: Id, services: Documents) -> StaffServices:
        """Replaces what a member of staff performs.

        ``[{"service_id", "custom_price"?, "estimated_duration_minutes"?, "steps"?}, …]``, price in
        the salon's currency, minutes their own; or steps of their own, as many as the service has,
        as `set_service_steps` takes them: then the minutes are their sum. Otherwise the service's
        steps are stretched to their minutes, except for gaps.

        RPC: ``schnittwerk.set_staff_services``.
        """

    @reads
    def get_staff_services(self, staff_id: Id) -> list[StaffService]:
        """The services that a member of staff performs, with the terms that are their own.

        RPC: ``schnittwerk.get_staff_services``.
        """

    @reads
    def get_staff_availability(self, staff_id: Id) -> list[Availability]:
        """The week of a member of staff.

        RPC: ``schnittwerk.get_staff_availability``.
        """

    @writes("staff_availability")
    def set_staff_availability(self, staff_id: Id, windows: Documents) -> StaffAvailability:
        """Replaces the week of a member of staff.

        ``[{"day_of_week", "start_time", "end_time", "availability_type"?}, …]``: 0 is Sunday,
        times are local, ``unavailable`` takes a break away from ``available``.

        RPC: ``schnittwerk.set_staff_availability``.
        """

    @reads
    def list_time_off(
        self, from_: LocalDate, to: LocalDate, staff_id: Id | None = None
    ) -> list[TimeOff]:
        """Time off that overlaps the local dates.

        RPC: ``schnittwerk.list_time_off``.
        """

    @writes("time_off")
    def add_time_off(
        self,
        staff_id: Id,
        start_date: LocalDate,
        end_date: LocalDate | None = None,
        start_time: LocalTime | None = None,
        end_time: LocalTime | None = None,
        type: str = "vacation",
        is_approved: bool = True,
    ) -> TimeOff:
        """Records time off of a member of staff; without times for whole days.

        Only approved time off blocks. Only admins approve it.

        RPC: ``schnittwerk.add_time_off``.
        """

    @writes("time_off")
    def remove_time_off(self, time_off_id: Id) -> TimeOff:
        """Removes time off, and returns it as it was.

        RPC: ``schnittwerk.remove_time_off``.
        """

    @reads
    def list_customers(self, search: str | None = None, limit: int = 50) -> list[Customer]:
        """Customers for the salon team, by name; a customer sees themselves.

        ``search`` is part of a name, e-mail address or telephone number, in any case and with or
        without accents. Those of whom it is the whole name, address or number come first.

        RPC: ``schnittwerk.list_customers``.
        """

    @writes("customer")
    def save_customer(
        self,
        full_name: str | None,
        email: str | None = None,
        phone: str | None = None,
        profile_id: Id | None = None,
        notes: str | None = None,
        id: Id | None = None,
        clear: Names | None = None,
    ) -> Customer:
        """Adds a customer, or changes what is given of the one with that ``id``: None keeps.

        ``clear`` names what to empty: ``email``, ``phone``, ``profile_id``, ``notes``. Raises
        `RuleViolation` (``already_exists``) where another customer has the e-mail address.

        RPC: ``schnittwerk.save_customer``.
        """

    @writes("customer")
    def register_customer(self, full_name: str, email: str, phone: str | None = None) -> Customer:
        """Makes the signed-in caller a customer of the salon, or changes what is theirs.

        A ``phone`` of None keeps what is there.

        RPC: ``schnittwerk.register_customer``.
        """

    @writes("merged")
    def merge_customers(self, keep_id: Id, merge_id: Id) -> MergedCustomer:
        """Makes one customer of two; for the salon team.

        The customer ``keep_id`` gets the appointments, holds, fees, waitlist entries and consents
        of ``merge_id``, who is removed, and the e-mail address, phone number and login where they
        have none. Notes are joined. `unmerge_customer` undoes it.

        Raises `RuleViolation` (``already_exists``) where both have a login.

        RPC: ``schnittwerk.merge_customers``.
        """

    @writes("unmerged")
    def unmerge_customer(self, merge_id: Id) -> UnmergedCustomer:
        """Undoes `merge_customers`: ``merge_id`` is a customer again; for admins.

        They get back what was moved and the kept customer still has; what was booked since stays.

        Raises `RuleViolation` where the kept customer was merged in turn (``wrong_status``), where
        another customer has the e-mail address now (``already_exists``), and where the audit trail
        no longer keeps the merge (``no_longer_kept``).

        RPC: ``schnittwerk.unmerge_customer``.
        """

    @writes("profile")
    def save_profile(
        self,
        profile_id: Id,
        role: str | None = None,
        full_name: str | None = None,
        email: str | None = None,
        is_active: bool | None = None,
    ) -> Profile:
        """Gives a user a role in the salon: admin, receptionist, staff or customer.

        None keeps what the user's profile has. A new one needs a role and is active.

        RPC: ``schnittwerk.save_profile``.
        """

    @reads
    def list_profiles(self, role: str | None = None) -> list[Profile]:
        """The users who have a role in the salon, inactive ones too, by role and name.

        ``role`` is ``admin``, ``receptionist``, ``staff`` or ``customer``; None is all of them.
        For admins.

        RPC: ``schnittwerk.list_profiles``.
        """

    @reads
    def find_ids(self, prefix: str, kind: str | None = None) -> list[FoundId]:
        """What has an id that begins with ``prefix``, at most 20 things. For the salon team.

        ``prefix``: 4 to 32 hexadecimal digits in either case, with or without hyphens. ``kind``:
        ``appointment``, ``visit``, ``hold``, ``waitlist_entry``, ``customer``, ``staff``,
        ``service``, ``resource``, ``closure``, ``price_rule`` (found by admins only), ``holiday``,
        ``time_off`` or ``merged_customer``; None is any of them.

        RPC: ``schnittwerk.find_ids``.
        """

    # Privacy and audit

    @reads
    def list_audit(
        self,
        from_: Instant,
        to: Instant,
        table_name: str | None = None,
        row_id: Id | None = None,
        user_id: Id | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        """The audit trail from ``from_`` until ``to``, at most 400 days, newest first; for admins.

        ``table_name``, ``row_id`` (any part of a row's key) and ``user_id`` (who did it) narrow it
        down. ``limit`` is from 1 to 10000 entries.

        RPC: ``schnittwerk.list_audit``.
        """

    @reads
    def export_customer(self, customer_id: Id | None = None) -> Mapping[str, Any]:
        """All that is kept of one person, as one JSON object, numbers as decimals; for admins.

        Its keys are ``exported_at``, ``salon``, ``customer``, ``profile``,
        ``contact_preferences``, ``appointments`` with their history, ``waitlist`` with its offers,
        ``operations``, ``messages`` and ``audit``. ``customer_id`` None is the caller: customers
        get their own, without what is the salon's.

        RPC: ``schnittwerk.export_customer``.
        """

    @writes("erased")
    def erase_customer(self, customer_id: Id) -> ErasedCustomer:
        """Erases a person's data, and returns from how many rows; for admins.

        It cannot be undone. What was booked stays, without saying by whom.

        Raises `RuleViolation` for a customer who has appointments to come or waits.

        RPC: ``schnittwerk.erase_customer``.
        """

    @writes("retention")
    def apply_retention(self, is_dry_run: bool = False) -> Retention:
        """Deletes what the salon's retention policies do not keep; for the service.

        At most 10000 of each and 1000 customers go in a call, to be repeated until all are 0; a
        dry run deletes nothing and counts all.

        RPC: ``schnittwerk.apply_retention``.
        """

    # Holidays

    @reads
    def list_holidays(self, from_: LocalDate, to: LocalDate) -> list[HolidayDate]:
        """One record per holiday and local date, recurring ones expanded.

        RPC: ``schnittwerk.list_holidays``.
        """

    @writes("holiday")
    def create_holiday(
        self,
        name: str,
        date: LocalDate,
        is_recurring: bool = False,
        recurring_month: int | None = None,
        recurring_day: int | None = None,
        type: str = "public_holiday",
        description: str | None = None,
        affects_all_staff: bool = True,
        staff_ids: Sequence[Id] | None = None,
        end_date: LocalDate | None = None,
    ) -> Holiday:
        """Closes a local date, or each of ``date`` to ``end_date``, for all or for some staff.

        ``type`` is public_holiday, blackout_date or maintenance. A recurring one comes every year
        on ``recurring_month`` and ``recurring_day``, by default those of its date. Over several
        days it keeps its first and last date, not its length.

        RPC: ``schnittwerk.create_holiday``.
        """

    @writes("holiday")
    def update_holiday(self, holiday_id: Id, changes: Document) -> Holiday:
        """Changes a holiday: absent keys keep their value, None clears it.

        RPC: ``schnittwerk.update_holiday``.
        """

    @writes("holiday")
    def delete_holiday(self, holiday_id: Id) -> Holiday:
        """Removes a holiday, and returns it as it was.

        RPC: ``schnittwerk.delete_holiday``.
        """

    # The day

    @reads
    def list_day(self, date: LocalDate, staff_id: Id | None = None) -> list[DayStretch]:
        """The salon's local day, as stretches of the time of each member of staff.

        By name and start; they cover the day without holes or overlaps. For the salon team.

        RPC: ``schnittwerk.list_day``.
        """

    @reads
    def utilisation(
        self, from_: LocalDate, to: LocalDate, by: str = "day", staff_id: Id | None = None
    ) -> list[Utilisation]:
        """How much of the open time of the local dates is booked; for the salon team.

        At most 366 days. ``by`` is ``day``, ``week``, ``weekday``, ``hour``, ``weekday_hour`` or
        ``staff``.

        RPC: ``schnittwerk.utilisation``.
        """

    # Monitoring and upkeep

    @reads
    def booking_metrics(self, from_: Instant, to: Instant) -> BookingMetrics:
        """What happened from ``from_`` until ``to``, at most 400 days; for the salon team.

        RPC: ``schnittwerk.booking_metrics``.
        """

    @writes("purged")
    def purge_operations(self, older_than_days: int = 30, is_dry_run: bool = False) -> Purged:
        """Deletes old idempotency keys with their answers, and the refusal log; for the service.

        ``older_than_days`` is from 30 to 3650. At most 10000 of each go in a call; a dry run
        deletes nothing and counts all.

        RPC: ``schnittwerk.purge_operations``.
        """

    @writes("maintained")
    def maintain(self) -> Maintained:
        """The salon's daily upkeep: deletes what nobody needs any more; for the service.

        At most 10000 rows of each kind go in a call. When the server has got other rules for the
        salon's time zone, ``affected_appointments`` has those that are no longer in open time.

        RPC: ``schnittwerk.maintain``.
        """

    @writes("waitlist")
    def process_waitlist(self) -> ProcessedWaitlist:
        """Ends what has expired on the waitlist, and offers what has become due; for the service.

        A call makes 10 offers at most, all with one member of staff: repeat it until all counts
        are 0.

        RPC: ``schnittwerk.process_waitlist``.
        """

    # Events and notifications

    @reads
    def get_contact_preferences(self, customer_id: Id | None = None) -> ContactPreferences:
        """The language of messages to a customer, and the channels that they have agreed to.

        ``customer_id`` None is the caller.

        RPC: ``schnittwerk.get_contact_preferences``.
        """

    @writes("contact_preferences")
    def set_contact_preferences(
        self,
        customer_id: Id | None = None,
        language: str | None = None,
        consents: Document | None = None,
    ) -> ContactPreferences:
        """Sets a customer's language, such as ``de``, and consents, such as ``{"email": True}``.

        ``customer_id`` None is the caller; what is None or left out stays as it is. The channels
        are ``email``, ``sms`` and ``chat``; nothing is sent by one that was not agreed to.

        RPC: ``schnittwerk.set_contact_preferences``.
        """

    @writes("events")
    def read_events(self, consumer: str, limit: int = 100) -> EventBatch:
        """The events that a consumer has yet to acknowledge; for the service.

        A new consumer begins with the oldest event kept. The same events come again until they are
        acknowledged.

        RPC: ``schnittwerk.read_events``.
        """

    @writes("is_acknowledged")
    def acknowledge_events(self, consumer: str, event_id: Id) -> Acknowledgement:
        """Moves a consumer past an event it has read and all before it; for the service.

        RPC: ``schnittwerk.acknowledge_events``.
        """

    @writes("consumer")
    def forget_consumer(self, consumer: str) -> ForgottenConsumer:
        """Forgets a consumer, for which no events are kept any longer; for the service.

        RPC: ``schnittwerk.forget_consumer``.
        """

    @writes("reminders")
    def emit_reminders(self) -> Reminders:
        """Makes each reminder due when its time has come, once; for the service.

        RPC: ``schnittwerk.emit_reminders``.
        """

    @writes("dispatched")
    def dispatch_events(self, consumer: str, targets: Documents, limit: int = 500) -> Dispatched:
        """Notes which of the next events a relay has to deliver; for the service.

        RPC: ``schnittwerk.dispatch_events``.
        """

    @writes("delivery")
    def claim_delivery(self, targets: Sequence[str]) -> Delivery | None:
        """The next delivery that is due, locked until the transaction ends; for the service.

        To be called in a transaction, in which `end_delivery` is to follow.

        RPC: ``schnittwerk.claim_delivery``.
        """

    @writes("delivery")
    def end_delivery(
        self,
        delivery_id: Id,
        outcome: str,
        detail: str | None = None,
        max_attempts: int = 10,
    ) -> DeliveryEntry:
        """Says how a delivery went: delivered, failed, refused or skipped; for the service.

        ``detail`` is the error, without personal data, or why it was skipped. What failed is tried
        again later, and parked after ``max_attempts``; what was refused is parked at once.

        RPC: ``schnittwerk.end_delivery``.
        """

    @writes("retried")
    def retry_deliveries(self, delivery_id: Id | None = None) -> Retried:
        """Makes a parked delivery due again, or all of them; for the service.

        RPC: ``schnittwerk.retry_deliveries``.
        """

    @reads
    def list_deliveries(self, status: str | None = None, limit: int = 100) -> list[DeliveryEntry]:
        """Deliveries, the newest first; for the service.

        RPC: ``schnittwerk.list_deliveries``.
        """

    @reads
    def count_deliveries(self) -> list[DeliveryCount]:
        """How many deliveries each target has of each status; for the service.

        RPC: ``schnittwerk.count_deliveries``.
        """

    @writes("purged")
    def purge_events(self, older_than_days: int = 90, is_dry_run: bool = False) -> PurgedEvents:
        """Deletes old events that all consumers have passed; for the service.

        Their deliveries go along; an event stays while one is pending or parked. At most 10000 go
        in a call; a dry run deletes nothing and counts all.

        RPC: ``schnittwerk.purge_events``.
        """
