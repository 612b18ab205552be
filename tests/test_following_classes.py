"""An evening of the night school moves its figures as far as a recount would."""

from datetime import timedelta

import pytest

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Signup
from xinfeng.base import clock, figures, scope
from xinfeng.base.figures import Window
from xinfeng.config.follow import CLASSES, LEARNERS, TOUCHED
from xinfeng.insight import commands as insight
from xinfeng.people.tests.build import a_person, numbered
from xinfeng.places.tests.build import NINE
from xinfeng.school import commands
from xinfeng.school.tests.build import a_class, the_keeper

pytestmark = pytest.mark.django_db(transaction=True)
AS_OF = clock.local_date(NINE) + timedelta(days=30)
NAMES = sorted({*CLASSES, *LEARNERS, "class_walk_ins", "class_satisfaction"})


def follow():
    """Take in what happened, and prove it."""
    insight.follow_journal(names=NAMES, touched_by=TOUCHED, as_of=AS_OF, at=NINE)
    assert insight.reconcile(names=NAMES) == []


def test_an_evening_is_followed_from_the_door_to_the_rating():
    mei, walker = a_person("mei", volunteers=False), a_person("hong", volunteers=False)
    numbered(walker, phone="13800001234")
    night_class = a_class(state="PUBLISHED")
    keeper, session = the_keeper(night_class.place), night_class.sessions.get(number=1)
    commands.enrol(class_id=night_class.pk, actor=mei, at=NINE)
    insight.rebuild(names=NAMES, as_of=AS_OF, at=NINE)

    with scope.whole_city():
        signups = list(Signup.objects.filter(shift=session.shift_id).order_by("pk"))
    for signup in signups:
        activities.check_in(signup_id=signup.pk, actor=keeper, at=session.starts_at)
    follow()
    commands.let_in(
        session_id=session.pk, who="13800001234", actor=keeper, at=session.starts_at
    )
    follow()
    commands.count_heads(session_id=session.pk, heads=5, actor=keeper, at=session.starts_at)
    follow()
    with scope.whole_city():
        here = list(Signup.objects.filter(shift=session.shift_id).order_by("pk"))
    for signup in here:
        activities.check_out(signup_id=signup.pk, actor=keeper, at=session.ends_at)
    follow()
    activities.hold(
        activity_id=session.activity_id, actor=keeper, at=session.ends_at + timedelta(hours=1)
    )
    follow()
    commands.rate_class(
        class_id=night_class.pk, actor=mei, at=session.ends_at + timedelta(hours=2), content=5,
        teaching=4, arrangement=5,
    )  # fmt: skip
    follow()

    month = Window(NINE.date().replace(day=1), AS_OF + timedelta(days=1))
    with scope.whole_city():
        told = {name: figures.value(name, month).numerator for name in NAMES}
    assert told == {
        "classes_held": 1, "class_sessions": 1, "place_class_sessions": 1,
        "village_class_coverage": 1, "class_learners": 2, "class_attendances": 2,
        "class_walk_ins": 5, "class_satisfaction": 1,
    }  # fmt: skip
