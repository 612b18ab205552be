"""Whatever becomes of an order, the stored figures follow it to what a recount says."""

from datetime import timedelta

import pytest

from xinfeng.base import clock, figures
from xinfeng.base.figures import Grain
from xinfeng.config.follow import SILENT, TOUCHED
from xinfeng.dispatch.models import CANCELLATIONS, HOLDS, REFUSALS
from xinfeng.dispatch.tests.build import MONDAY
from xinfeng.dispatch.tests.test_machine import Orders
from xinfeng.insight import commands as insight
from xinfeng.insight.models import MonthlyFigure
from xinfeng.journal import commands as journal
from xinfeng.people import commands as people

ROOMS = (
    "order", "offer", "complaint", "plan", "menu", "course", "series", "material", "lecturer",
    "class_request", "timetable", "class", "session", "enrolment",
)  # fmt: skip
# Later than anything that happens here: a new day would count everything anew.
AS_OF = clock.local_date(MONDAY) + timedelta(days=75)
NAMES = sorted({
    name
    for verb, names in TOUCHED.items() if verb.split(".")[0] in {"order", "complaint"}
    for name in names
})  # fmt: skip
STEPS = 8


def follow():
    insight.follow_journal(names=NAMES, touched_by=TOUCHED, as_of=AS_OF, at=MONDAY)


def ends(orders, which, other, way):
    """What somebody does with an order, wherever it stands."""
    world = orders.world
    if way == "hold":
        orders.hold(which, HOLDS[0])
        follow()
        orders.resume(which)
    elif way == "an account":
        for person in world.volunteers[:2]:
            world.says(people.close_account, person_id=person.pk, actor=person)
        for number in range(2):
            world.replaces(number)
    elif way == "content":
        orders.rate(which, 5, True)
        orders.complain(which)
    elif way == "settled":
        orders.call_back(which, "SETTLED")
    elif way == "denied":
        orders.confirm_or_deny(which, False, 0)
        follow()
        orders.call_back(which, "AGAIN")
    elif way == "silence":
        world.waits(300)
    else:
        orders.let_go(which, other, way, 1)


WAYS = [
    "hold", "an account", "content", "settled", "denied", "silence", "merge", "transfer",
    REFUSALS[0], CANCELLATIONS[0],
]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
def test_the_stored_figures_equal_a_recount_from_whatever_step_an_order_ends(way):
    orders = Orders()
    insight.rebuild(names=NAMES, as_of=AS_OF, at=MONDAY)

    for steps in range(STEPS + 1):
        which, other = (orders.world.places(0, 0, sent=True) for _n in range(2))
        orders.go_on(which, steps)
        follow()
        ends(orders, which, other, way)
        follow()
        # At once: whatever happens next here counts this village anew.
        assert insight.reconcile(names=NAMES) == []

    assert MonthlyFigure.objects.filter(figure="orders_placed", numerator__gt=0).exists()


def test_no_verb_of_orders_or_classes_was_forgotten():
    declared = {verb for verb in journal.sentences() if verb.split(".")[0] in ROOMS}

    assert declared <= TOUCHED.keys() | SILENT
    assert not TOUCHED.keys() & SILENT


def test_every_division_figure_of_orders_and_classes_is_moved_by_some_verb():
    followed = {name for names in TOUCHED.values() for name in names}
    declared = {
        one.name
        for one in figures.declared()
        if one.subject.split(".")[0] in {"dispatch", "school"} and one.grain is Grain.DIVISION
    }

    assert declared <= followed
