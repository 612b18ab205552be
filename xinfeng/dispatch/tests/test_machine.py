"""Orders driven through the whole machine by chance: whatever people do, in whatever order,

no order is lost, doubled, left without a day by which somebody must act, or served by
somebody who has not accepted it; and every move stands on its timeline and in the journal.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from xinfeng.base import scope
from xinfeng.base.refusal import Unknown
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewRating, planning
from xinfeng.dispatch.models import (
    CANCELLATIONS,
    HOLDS,
    REFUSALS,
    Decline,
    Offer,
    OfferState,
    State,
)
from xinfeng.people import commands as people
from xinfeng.places.tests.build import TOWNSHIP

from .build import SECRET
from .order_world import World

pytestmark = pytest.mark.django_db
VOLUNTEER = st.integers(0, 3)
WAYS_OUT = [*REFUSALS[:1], *CANCELLATIONS[:1], "merge", "transfer"]
SOME = st.sets(VOLUNTEER, min_size=1, max_size=3)


class Orders(RuleBasedStateMachine):
    """Residents order, the desk decides, volunteers answer, time passes."""

    placed = Bundle("placed")

    def __init__(self):
        super().__init__()
        Orders.number = getattr(Orders, "number", 0) + 1
        self.world = World(Orders.number)

    def order(self, order_id, *states):
        """As it stands, where it is in one of the states; None where it is not."""
        found = next((o for o in self.world.orders() if o.pk == order_id), None)
        return found if found and (not states or found.state in states) else None

    def offers(self, order_id, *states):
        with scope.whole_city():
            found = Offer.objects.filter(order=order_id, state__in=states)
            return list(found.select_related("person").order_by("pk"))

    def bound(self, order_id):
        """Who has accepted, in whichever attempt; a team has not, its members have."""
        accepted = self.offers(order_id, OfferState.ACCEPTED)
        return [offer for offer in accepted if offer.person_id is not None]

    # Residents

    @initialize(target=placed, people=st.sampled_from([None, 2]))
    def the_first_orders(self, people):
        return multiple(
            *(self.world.places(item, item, sent=True, people=people) for item in range(4))
        )

    @rule(target=placed, item=st.integers(0, 3), who=st.integers(0, 3), sent=st.booleans())
    def place(self, item, who, sent):
        return self.world.places(item, who, sent=sent)

    @rule(which=placed)
    def send_again(self, which):
        if which not in self.world.forms:
            return
        wish, sender = self.world.forms[which], self.world.senders[which]
        again = self.world.says(commands.place, new=wish, actor=sender)
        assert again is None or again.pk == which

    @rule(which=placed, served=st.booleans(), by=st.integers(0, 3))
    def confirm_or_deny(self, which, served, by):
        # By chance a volunteer tries, too, with the address in hand.
        actor = self.world.volunteers[by] if by else None
        verb = commands.confirm if served else commands.deny
        self.world.says(verb, order_id=which, actor=actor, secret=SECRET)

    @rule(which=placed, stars=st.integers(0, 6), fee=st.sampled_from([None, False, True]))
    def rate(self, which, stars, fee):
        said = NewRating(stars, fee_asked=fee)
        self.world.says(commands.rate, order_id=which, rating=said, actor=None, secret=SECRET)

    @rule(which=placed)
    def complain(self, which):
        self.world.made += 1
        code = f"C{self.world.number}-{self.world.made}"
        made = self.world.says(
            commands.complain, order_id=which, code=code, kind="CONDUCT", text="迟到了",
            actor=None, secret=SECRET,
        )  # fmt: skip
        if made is not None:
            self.world.says(
                commands.answer_complaint, complaint_id=made.pk, answer="已核实",
                actor=self.world.county,
            )  # fmt: skip

    # The desk

    @rule(which=placed)
    def verify(self, which):
        self.world.says(commands.verify, order_id=which, how="PHONE", actor=self.world.county)

    @rule(which=placed, reason=st.sampled_from(HOLDS))
    def hold(self, which, reason):
        self.world.says(commands.hold, order_id=which, reason=reason, actor=self.world.county)

    @rule(which=placed)
    def resume(self, which):
        self.world.says(commands.resume, order_id=which, actor=self.world.county)

    @rule(which=placed, outcome=st.sampled_from(["NOT_REACHED", "SETTLED", "AGAIN"]))
    def call_back(self, which, outcome):
        self.world.says(
            commands.call_back, order_id=which, outcome=outcome, actor=self.world.county
        )

    @rule(which=placed, asked=SOME)
    def ask(self, which, asked):
        wanted = [self.world.volunteers[one].pk for one in sorted(asked)]
        self.world.says(
            commands.offer_to, order_id=which, person_ids=wanted, actor=self.world.desk
        )

    @rule(which=placed)
    def ask_the_team(self, which):
        team = self.world.team
        self.world.says(
            commands.offer_to_team, order_id=which, team_id=team.pk, actor=self.world.desk
        )

    @rule(which=placed)
    def plan_and_ask(self, which):
        self.world.made += 1
        code = f"P{self.world.number}-{self.world.made}"
        plan = self.world.says(
            commands.ask_for_plan, code=code, division_id=TOWNSHIP, actor=self.world.desk
        )
        if plan is not None:
            planning.work_out(plan.pk, self.world.at)
        self.world.says(commands.offer_proposed, order_id=which, actor=self.world.desk)

    @rule(which=placed)
    def take_back(self, which):
        for offer in self.offers(which, OfferState.PROPOSED, OfferState.OFFERED)[:1]:
            self.world.says(commands.withdraw, offer_id=offer.pk, actor=self.world.desk)

    @rule(which=placed, into=placed, way=st.sampled_from(WAYS_OUT), by=st.integers(0, 3))
    def let_go(self, which, into, way, by):
        """Refused, handed over, merged or cancelled, by whoever may or may not."""
        world = self.world
        actor = [world.county, world.desk, world.volunteers[0], None][by]
        said = {"order_id": which, "actor": actor}
        if way in REFUSALS:
            world.says(commands.refuse, reason=way, **said | {"actor": actor or world.desk})
        elif way in CANCELLATIONS:
            world.says(commands.cancel, reason=way, secret=SECRET if by else "guessed", **said)
        elif way == "merge":
            world.says(commands.merge, into_id=into, **said | {"actor": world.county})
        else:
            world.says(commands.transfer, number="12345-1", **said | {"actor": world.county})

    # Volunteers

    @rule(which=placed, accepts=st.booleans())
    def answer(self, which, accepts):
        for offer in self.offers(which, OfferState.OFFERED)[:1]:
            said = {"offer_id": offer.pk, "actor": offer.person}
            if offer.team_id is not None:
                self._answer_for_the_team(offer, accepts=accepts)
            elif accepts:
                self.world.takes(commands.accept, offer.person, offer_id=offer.pk)
            else:
                self.world.says(commands.decline, reason=Decline.NO_TIME, **said)

    def _answer_for_the_team(self, offer, *, accepts):
        """Its leader takes it on and asks members, each of whom answers for themselves."""
        said = {"offer_id": offer.pk, "actor": self.world.leader}
        if accepts:
            members = [one.pk for one in self.world.volunteers]
            self.world.says(commands.accept_for_team, member_ids=members, **said)
        else:
            self.world.says(commands.decline, reason=Decline.OTHER, **said)

    @rule(which=placed, who=VOLUNTEER)
    def answer_for_somebody_else(self, which, who):
        actor = self.world.volunteers[who]
        for offer in self.offers(which, OfferState.OFFERED)[:1]:
            if offer.person_id != actor.pk:
                with pytest.raises(Unknown):
                    commands.accept(offer_id=offer.pk, actor=actor, at=self.world.at)

    @rule(which=placed, who=VOLUNTEER)
    def grab(self, which, who):
        self.world.takes(commands.grab, self.world.volunteers[who], order_id=which)

    @rule(which=placed)
    def give_back(self, which):
        for offer in self.bound(which)[-1:]:
            self.world.says(commands.give_back, offer_id=offer.pk, actor=offer.person)

    @rule(which=placed, hours=st.integers(1, 30))
    def agree(self, which, hours):
        for offer in self.bound(which)[-1:]:
            starts_at = self.world.at + timedelta(hours=hours)
            self.world.says(
                commands.agree_on_time, order_id=which, starts_at=starts_at, actor=offer.person
            )

    @rule(which=placed, away=st.sets(VOLUNTEER, max_size=2), stays=st.booleans())
    def serve(self, which, away, stays):
        order = self.order(which, State.SCHEDULED)
        if order is None:
            return
        expected = [offer.person for offer in self.bound(which)]
        missing = {self.world.volunteers[one].pk for one in away}
        comes = [one for one in expected if one.pk not in missing]
        self.world.serves(order, comes, leaves=not stays)

    @rule(which=placed, steps=st.integers(1, 4))
    def go_on(self, which, steps):
        """Chance alone seldom comes far: some steps in the right direction."""
        for _step in range(steps):
            if (order := self.order(which)) is not None:
                self._next_step(which, State(order.state))

    @rule(which=placed, steps=st.integers(5, 8))
    def go_far(self, which, steps):
        self.go_on(which, steps)

    def _next_step(self, which, state):
        steps = {
            State.TO_VERIFY: lambda: self.verify(which),
            State.TO_DISPATCH: lambda: self.ask(which, {0, 1, 2}),
            State.DISPATCHED: lambda: (self.answer(which, True), self.grab(which, 1)),
            State.ACCEPTED: lambda: self.agree(which, 3),
            State.SCHEDULED: lambda: self.serve(which, set(), False),
            State.IN_SERVICE: lambda: self.time_passes(4),
            State.TO_CONFIRM: lambda: self.confirm_or_deny(which, True, 0),
            State.TO_RATE: lambda: self.rate(which, 2, None),
            State.CALL_BACK: lambda: self.call_back(which, "AGAIN"),
        }
        steps.get(state, lambda: None)()

    @precondition(lambda self: self.world.made > 4)
    @rule(who=VOLUNTEER)
    def an_account_ends(self, who):
        person = self.world.volunteers[who]
        self.world.says(people.close_account, person_id=person.pk, actor=person)
        self.world.replaces(who)

    # Time

    @rule(hours=st.sampled_from([1, 4, 20, 30, 80, 200]))
    def time_passes(self, hours):
        self.world.waits(hours)

    @invariant()
    def what_was_promised_holds(self):
        self.world.check()

    def teardown(self):
        self.world.finishes()


Orders.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=35,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
class TestOrders(Orders.TestCase):
    pass


@pytest.mark.parametrize("item", range(4))
def test_the_usual_way_leads_through_every_step_and_out_again(item):
    orders = Orders()
    which = orders.world.places(item, 0, sent=True)
    orders.go_on(which, 12)
    orders.world.check()

    assert orders.order(which).attempt == 2
    assert orders.world.reached.keys() >= {
        "DISPATCHED", "ACCEPTED", "SCHEDULED", "IN_SERVICE", "TO_CONFIRM", "TO_RATE",
        "CALL_BACK",
    }  # fmt: skip
    orders.world.finishes()


@pytest.mark.parametrize("way", ["hold", *WAYS_OUT, "an account", "accounts"])
@pytest.mark.parametrize("steps", range(9))
def test_from_every_step_each_way_out_lets_go_of_everybody(steps, way):
    """Chance seldom stands just there; what was arranged by then binds nobody afterwards."""
    orders = Orders()
    world = orders.world
    which, other = (world.places(1, 0, sent=True) for _n in range(2))
    orders.go_on(which, steps)
    if way == "hold":
        orders.hold(which, HOLDS[0])
    elif "account" in way:
        for person in world.volunteers[: 3 if way == "accounts" else 1]:
            world.says(people.close_account, person_id=person.pk, actor=person)
    else:
        orders.let_go(which, other, way, 1)

    world.check()
    world.finishes()


@pytest.mark.parametrize("steps", range(4, 7))
def test_of_several_one_gives_back_and_another_is_asked_instead(steps):
    orders = Orders()
    world = orders.world
    which = world.places(1, 0, sent=True, people=2)
    orders.go_on(which, steps)
    orders.give_back(which)
    world.check()
    orders.ask(which, {2})
    orders.answer(which, True)
    world.check()
    orders.go_on(which, 5)
    world.check()

    world.finishes()
