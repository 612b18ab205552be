"""A usual week laid over the days ahead, and what a wish leaves of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.dispatch import stretches
from xinfeng.dispatch.stretches import PARTS, Horizon
from xinfeng.people.models import PartOfDay

# Sunday 17 July 2022, ten past eight in the morning.
NOW = datetime(2022, 7, 17, 0, 10, tzinfo=UTC)
SEEN = Horizon(NOW)
MONDAY = date(2022, 7, 18)
ALWAYS = (1 << 21) - 1
CITY = ZoneInfo("Asia/Shanghai")


def local(day, hour, minute=0):
    return datetime(2022, 7, day, hour, minute, tzinfo=CITY)


@given(st.integers(0, ALWAYS), st.integers(0, 13))
def test_a_usual_week_repeats_over_the_days_ahead(week, later):
    seen = Horizon(NOW + timedelta(days=later))

    bits = seen.of_week(week)

    for number in range(stretches.DAYS * PARTS):
        usual = 3 * seen.day(number).weekday() + seen.part(number)
        assert bits >> number & 1 == week >> usual & 1
    assert seen.of_weeks(np.array([week]))[0] == bits


def test_a_wish_leaves_its_days_and_parts():
    monday_evening, tuesday_evening = 1 << 2, 1 << 5

    bits = SEEN.wished(MONDAY, date(2022, 7, 19), monday_evening | tuesday_evening, 60)

    found = [(SEEN.day(n).day, SEEN.part(n)) for n in stretches.numbers(bits)]
    assert found == [(18, PartOfDay.EVENING), (19, PartOfDay.EVENING)]


def test_what_is_over_is_no_stretch_any_more():
    assert not SEEN.wished(date(2022, 7, 1), date(2022, 7, 16), ALWAYS, 60)
    assert not SEEN.wished(date(2022, 9, 1), date(2022, 9, 2), ALWAYS, 60)


def test_nobody_is_asked_to_come_at_once():
    today = SEEN.first

    usual = SEEN.wished(today, today, ALWAYS, 60)
    urgent = SEEN.wished(today, today, ALWAYS, 60, is_urgent=True)

    # Ten past eight: three hours' notice leaves half an hour of the morning's end.
    assert stretches.numbers(usual) == [0, 1, 2]
    assert SEEN.begins(0, 60) == local(17, 11, 30)
    assert SEEN.begins(0, 90) is None
    assert SEEN.begins(0, 60, is_urgent=True) == local(17, 9, 30)
    assert stretches.numbers(urgent) == [0, 1, 2]


def test_what_is_promised_takes_every_stretch_it_touches():
    bits = SEEN.taken(local(18, 11), local(18, 12, 30))

    assert stretches.numbers(bits) == [3, 4]
    assert SEEN.taken(local(16, 9), local(16, 11)) == 0
    assert stretches.numbers(SEEN.taken(local(16, 9), local(17, 9))) == [0]


def test_a_moment_lies_in_one_stretch():
    assert SEEN.number(local(17, 9)) == 0
    assert SEEN.number(local(18, 14, 30)) == 4
    assert SEEN.number(local(20, 23)) == 11
    assert SEEN.number(NOW - timedelta(days=1)) is None
    assert SEEN.number(NOW + timedelta(days=21)) is None
