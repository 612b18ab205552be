from datetime import timedelta

import pytest

from xinfeng.activities import checklist, commands
from xinfeng.activities.commands import NewPost, NewShift
from xinfeng.activities.models import Activity, Nature, Post, Shift
from xinfeng.base.refusal import Refusal
from xinfeng.hours.models import Counter
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import EIGHT, MORNING, ONE_HOUR, STATED, a_wish

WHOLE = STATED | {"title": "河道清洁"}
SHIFT = Shift(starts_at=NINE, ends_at=NINE + ONE_HOUR, capacity=3)


def codes(shifts=(SHIFT,), posts=(), **changes):
    activity = Activity(**WHOLE | changes)
    return [one.code for one in checklist.missing(activity, shifts, posts, EIGHT)]


def test_a_whole_invitation_lacks_nothing():
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": " "}, "content"),
        ({"conditions": ""}, "conditions"),
        ({"contact": ""}, "contact"),
        ({"risks": ""}, "risks"),
        ({"protection": ""}, "protection"),
        ({"nature": ""}, "nature"),
        ({"meeting_point": ""}, "place"),
        ({"risk": "MEDIUM"}, "insurance"),
        ({"risk": "HIGH", "insurance": "意外险 7"}, "insured_days"),
        (
            {
                "risk": "HIGH",
                "insurance": "意外险 7",
                "insured_from": TODAY - timedelta(days=9),
                "insured_until": TODAY - timedelta(days=1),
            },
            "insured_days",
        ),
    ],
)
def test_each_thing_the_law_wants_is_missed_by_itself(changes, code):
    assert codes(**changes) == [code]


def test_insurance_that_covers_the_day_is_enough():
    covered = {"insured_from": TODAY, "insured_until": TODAY, "insurance": "意外险 7"}

    assert codes(risk="HIGH", **covered) == []


def test_a_time_is_needed_and_lies_ahead():
    past = Shift(starts_at=EIGHT - ONE_HOUR, ends_at=NINE, capacity=3)

    assert codes(shifts=()) == codes(shifts=(past,)) == ["time"]


@pytest.mark.parametrize(("age", "found"), [(None, 1), (17, 1), (18, 0), (21, 0)])
def test_a_dangerous_post_is_for_adults(age, found):
    post = Post(name="高空", capacity=2, is_dangerous=True, min_age=age)

    assert codes(posts=(post,)) == ["dangerous_post"] * found


def test_everything_missing_is_said_at_once_each_with_its_remedy():
    missing = checklist.missing(Activity(title="x"), [], [], EIGHT)

    assert [one.code for one in missing] == [
        "time", "place", "content", "conditions", "contact", "risks", "protection",
    ]  # fmt: skip
    assert all(one.what and one.mend for one in missing)


@pytest.mark.parametrize(
    ("nature", "counter"),
    [
        (Nature.SERVICE, Counter.SERVICE),
        (Nature.TRAINING, Counter.TRAINING),
        (Nature.PAID, None),
        (Nature.TOUR, None),
        (Nature.ROUTINE, None),
        ("", None),
    ],
)
def test_only_service_and_training_are_ever_credited(nature, counter):
    activity = Activity(nature=nature)

    assert (activity.counter, activity.is_credited) == (counter, counter is not None)


@pytest.mark.django_db
def test_publishing_refuses_with_the_same_list_and_leaves_a_draft():
    office = an_office(a_city().township)
    risky = NewPost("高空", 2, is_dangerous=True)
    shift = NewShift(MORNING.starts_at, MORNING.ends_at, 2, posts=(risky,))
    wish = a_wish(content="", risk="HIGH", shifts=(shift,))
    activity = commands.draft(new=wish, actor=office, at=EIGHT)

    with pytest.raises(Refusal) as refusal:
        commands.publish(activity_id=activity.pk, actor=office, at=EIGHT)

    assert refusal.value.code == "not_ready"
    listed = [one.code for one in refusal.value.missing]
    assert listed == ["content", "insurance", "dangerous_post"]
    assert all(one.mend in str(refusal.value) for one in refusal.value.missing)
    assert Activity.objects.get().state == "DRAFT"
