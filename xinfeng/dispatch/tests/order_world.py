"""A village with its desk and volunteers, in which orders are driven by chance.

What somebody says is written down beside the database: who placed which form, and who pressed
"I will come". What the database says afterwards is compared with it.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Activity, ActivityState, Signup, SignupState
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import answering, offering, scheduling
from xinfeng.dispatch.models import (
    ENDED,
    LIVE,
    MOVES,
    OPEN,
    SERVED_BY_SOMEBODY,
    Escalation,
    Offer,
    OfferState,
    Order,
    State,
    Step,
    Warned,
)
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person, PersonState
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import a_city
from xinfeng.teams.tests.build import a_team

from .build import MONDAY, SECRET, a_class, a_contact, a_wish, an_item
from .volunteers import a_volunteer

HOUR = timedelta(hours=1)
# Time ends these by itself; of all others an office is told.
ENDED_BY_TIME = {State.DRAFT, State.TO_RATE}
# Nobody is asked or bound for these, unless it was served before.
LET_GO = {State.TO_VERIFY, State.ON_HOLD, *ENDED}
PRESENT = {SignupState.BOOKED, SignupState.PRESENT, SignupState.LEFT}


class World:
    """The cast, the clock, and what people have said so far."""

    # Of every world so far: a plan may ask whoever lives in the village.
    children: ClassVar[set[int]] = set()

    def __init__(self, number: int) -> None:
        city = a_city()
        self.at = MONDAY
        self.number = number
        self.desk = self._office(city.township)
        self.county = self._office(city.county)
        self.volunteers = [a_volunteer(f"w{number}v{n}") for n in range(3)]
        # Sixteen: may come to somebody, but never to what is risky.
        self.volunteers.append(a_volunteer(f"w{number}child", born_on=_born(16)))
        self.children.add(self.volunteers[-1].pk)
        self.leader = a_volunteer(f"w{number}leader")
        self.team = a_team(leader=self.leader, members=tuple(self.volunteers))
        self.residents = [a_person(f"w{number}r{n}", volunteers=False) for n in range(2)]
        home = a_class()
        self.items = [
            an_item("one", menu_class=home),
            an_item("two", menu_class=home, people=2),
            an_item("grabbed", menu_class=home, mode="GRAB"),
            an_item("risky", menu_class=home, risk="MEDIUM"),
        ]
        self.forms: dict[int, Any] = {}
        self.senders: dict[int, Person | None] = {}
        self.accepted: set[tuple[int, int, int]] = set()
        self.refusals: Counter[str] = Counter()
        self.reached: Counter[str] = Counter()
        self.made = 0

    def _office(self, division: Any) -> Person:
        found = Person.objects.filter(username=f"office{division.pk}").first()
        return found or an_office(division)

    # What people do

    def says(self, verb: Callable[..., Any], **said: Any) -> Any:
        """Try it; a refusal is an answer like any other, and anything else is a mistake."""
        try:
            return verb(at=self.at, **said)
        except Refusal as refusal:
            self.refusals[refusal.code] += 1
            return None

    def places(self, item: int, who: int, *, sent: bool, people: int | None = None) -> int:
        """By whom: nobody signed in, a resident, a neighbour who volunteers, the desk."""
        self.made += 1
        sender = [None, self.residents[0], self.volunteers[0], self.desk][who]
        wish = a_wish(
            item_id=self.items[item].pk, code=f"W{self.number}-{self.made}", people=people,
            wished_from=self.at.date(), wished_until=self.at.date() + timedelta(days=6),
            is_mine=who == 1, relation="NEIGHBOUR" if who == 2 else None,
            channel="PHONE" if who == 3 else "WEB", address=f"{self.number}.{self.made}",
            # Another number each time: one that orders too often is refused.
            contact=a_contact(phone=f"139{self.number:04d}{self.made:04d}"),
        )  # fmt: skip
        verb = commands.place if sent or sender is None else commands.draft
        made = self.says(verb, new=wish, actor=sender)
        if made is None:
            return 0
        self.forms[made.pk], self.senders[made.pk] = wish, sender
        return int(made.pk)

    def takes(self, verb: Callable[..., Any], who: Person, **said: Any) -> None:
        """Somebody presses "I will come" with their own hand; remembered when it held."""
        offer = self.says(verb, actor=who, **said)
        if offer is not None and offer.state == OfferState.ACCEPTED:
            self.accepted.add((offer.order_id, offer.attempt, who.pk))

    def serves(self, order: Order, comes: list[Person], *, leaves: bool) -> None:
        """The clock goes to the service; some of those expected come, stay and leave."""
        assert order.shift is not None
        assert order.activity is not None
        self.waits_until(order.shift.starts_at + timedelta(minutes=5))
        places = {s.person_id: s.pk for s in signups_of([order.shift_id])}
        here = [places[who.pk] for who in comes if who.pk in places]
        for pk in here:
            self.says(activities.check_in, signup_id=pk, actor=order.activity.leader)
        self.sweeps()
        self.waits_until(order.shift.ends_at - timedelta(minutes=1))
        for pk in here if leaves else ():
            self.says(activities.check_out, signup_id=pk, actor=order.activity.leader)
        self.sweeps()

    def waits_until(self, moment: datetime) -> None:
        self.at = max(self.at, moment)
        self.sweeps()

    def waits(self, hours: int) -> None:
        self.waits_until(self.at + hours * HOUR)

    def sweeps(self) -> None:
        """What the jobs of every minute do, until they find nothing more."""
        commands.sweep_deadlines(at=self.at)
        for order_id in answering.to_lapse(self.at):
            commands.lapse(order_id=order_id, at=self.at)
        for order_id in offering.to_open():
            commands.open_waiting(order_id=order_id, at=self.at)
        for _round in range(3):
            for order_id in scheduling.to_follow(self.at):
                commands.follow(order_id=order_id, at=self.at)
        for order_id in scheduling.to_close(self.at):
            commands.close_service(order_id=order_id, at=self.at)

    # What must hold

    def orders(self) -> list[Order]:
        with scope.whole_city():
            mine = Order.objects.filter(pk__in=self.forms)
            related = ("item", "shift", "activity__leader")
            return list(mine.select_related(*related).order_by("pk"))

    def check(self) -> None:
        orders = self.orders()
        with scope.whole_city():
            offers = list(Offer.objects.filter(order__in=orders).order_by("pk"))
            steps = list(Step.objects.filter(order__in=orders).order_by("pk"))
            entries = Entry.objects.filter(
                subject__in=[f"dispatch.order:{o.pk}" for o in orders]
            )
            said = Counter(entries.values_list("subject", "verb"))
        self.reached.update(step.to_state for step in steps)
        self._nothing_is_lost_or_doubled(orders)
        for order in orders:
            self._somebody_must_act(order)
            self._only_who_accepted_is_bound(
                order, [o for o in offers if o.order_id == order.pk]
            )
            self._every_step_is_written(
                order, [s for s in steps if s.order_id == order.pk], said
            )
        self._only_who_accepted_is_booked(orders)

    def _nothing_is_lost_or_doubled(self, orders: list[Order]) -> None:
        assert {order.pk for order in orders} == set(self.forms)
        assert len({order.client_id for order in orders}) == len(orders)

    def _somebody_must_act(self, order: Order) -> None:
        """An open order has its day; once it has passed, an office knows of it."""
        assert (order.state in OPEN) == (order.due_at is not None)
        if order.due_at is None or order.due_at > self.at:
            return
        assert order.state not in ENDED_BY_TIME, f"time did not end {order}"
        assert order.warned == Warned.RED, f"nobody knows that {order} is overdue"
        told_all = order.escalation == Escalation.CITY
        assert told_all or (order.escalates_at is not None and order.escalates_at > self.at)

    def _only_who_accepted_is_bound(self, order: Order, offers: list[Offer]) -> None:
        offers = [offer for offer in offers if offer.person_id is not None]
        for offer in offers:
            if offer.state == OfferState.ACCEPTED:
                assert (order.pk, offer.attempt, offer.person_id) in self.accepted
                assert not (offer.person_id in self.children and order.item.is_risky)
                assert not order.belongs_to(offer.person_id)
        if order.state in LET_GO and order.served_at is None:
            assert not [o for o in offers if o.attempt == order.attempt and o.state in LIVE]
        if not order.can_be_joined(self.at):
            # Beside those for whom time is up; the jobs have just run.
            assert not [
                o for o in offers
                if o.attempt == order.attempt and o.state == OfferState.OFFERED
                and order.state in SERVED_BY_SOMEBODY and order.state != State.SCHEDULED
            ]  # fmt: skip
        bound = {
            offer.person_id
            for offer in offers
            if offer.state == OfferState.ACCEPTED and offer.attempt == order.attempt
        }
        if order.state in SERVED_BY_SOMEBODY:
            assert len(bound) == order.accepted > 0
        if order.state == State.SCHEDULED:
            assert order.shift is not None
            booked = {
                place.person_id
                for place in signups_of([order.shift_id])
                if place.state in PRESENT
            }
            assert booked <= bound
            assert booked == bound or self.at >= order.shift.starts_at
        if order.state == State.DISPATCHED or order.state == State.TO_DISPATCH:
            assert len(bound) == order.accepted

    def _every_step_is_written(
        self, order: Order, steps: list[Step], said: "Counter[tuple[str, str]]"
    ) -> None:
        """The timeline is one chain of allowed moves, and the journal has each of its lines."""
        here = ""
        for step in steps:
            assert step.from_state == here, f"{order} jumped"
            stays = step.to_state == here
            assert stays or here == "" or step.to_state in MOVES[State(here)]
            here = step.to_state
        assert here == order.state
        subject = f"dispatch.order:{order.pk}"
        written = Counter(step.verb for step in steps)
        assert written == Counter(
            {verb: count for (about, verb), count in said.items() if about == subject}
        )

    def _only_who_accepted_is_booked(self, orders: list[Order]) -> None:
        """Nobody stands on the shift of an order without having accepted that order."""
        by_shift = {order.shift_id: order for order in orders if order.shift_id is not None}
        for place in signups_of(by_shift):
            order = by_shift[place.shift_id]
            if place.state in PRESENT:
                assert (order.pk, order.attempt, place.person_id) in self.accepted
        # What was let go binds nobody any more.
        codes = [f"{order.code[:16]}-{n}" for order in orders for n in range(1, 9)]
        kept = {order.activity_id for order in orders}
        loose = Activity.objects.filter(code__in=codes, state=ActivityState.ANNOUNCED)
        with scope.whole_city():
            for activity in loose.exclude(pk__in=kept):
                booked = Signup.objects.filter(
                    shift__activity=activity, state=SignupState.BOOKED,
                    shift__starts_at__gt=self.at,
                )  # fmt: skip
                assert not booked.exists(), f"{activity} binds somebody for nothing"

    # The end

    def finishes(self) -> None:
        """Whoever must act does: from wherever it is, every order comes to an end."""
        for _round in range(12):
            open_ = [order for order in self.orders() if order.state not in ENDED]
            if not open_:
                return
            for order in open_:
                self._act(order)
            self.check()
            self.waits(80)
            self.check()
        raise AssertionError(f"stuck: {[(o.code, o.state) for o in open_]}")

    def _act(self, order: Order) -> None:
        said: dict[str, Any] = {"order_id": order.pk, "actor": self.desk}
        state = State(order.state)
        if state == State.TO_VERIFY:
            # Nobody verifies what they entered.
            self.says(commands.verify, how="PHONE", order_id=order.pk, actor=self.county)
        elif state == State.TO_CONFIRM:
            self.says(commands.confirm, how="PHONE", **said | {"actor": self.county})
        elif state == State.CALL_BACK:
            self.says(commands.call_back, outcome="SETTLED", **said | {"actor": self.county})
        elif state == State.ON_HOLD:
            self.says(commands.resume, **said | {"actor": self.county})
        elif state not in ENDED_BY_TIME and state != State.IN_SERVICE:
            self.says(commands.cancel, reason="SOLVED", secret=SECRET, **said)

    def replaces(self, who: int) -> Person:
        """An account ends, and somebody new registers in its place."""
        gone = self.volunteers[who]
        self.made += 1
        born = _born(16) if gone.pk in self.children else _born(30)
        self.volunteers[who] = a_volunteer(f"w{self.number}n{self.made}", born_on=born)
        if gone.pk in self.children:
            self.children.add(self.volunteers[who].pk)
        gone.refresh_from_db()
        assert gone.state == PersonState.CLOSED
        return gone


def signups_of(shift_ids: Any) -> list[Signup]:
    with scope.whole_city():
        return list(Signup.objects.filter(shift__in=list(shift_ids)).order_by("pk"))


def _born(years: int) -> Any:
    return MONDAY.date() - timedelta(days=365 * years + 90)
