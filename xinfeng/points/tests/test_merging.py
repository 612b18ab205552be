import pytest

from xinfeng.base import scope
from xinfeng.people import commands as people
from xinfeng.people import records
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city

from .build import a_reward, balance_of, balances_add_up, counted, owed_by, redeem, with_points

pytestmark = pytest.mark.django_db


def test_points_follow_the_hours_and_what_was_spent_is_owed():
    keep, gone = with_points(a_person("mei"), 1), with_points(a_person("mei2"), 7)
    redemption = redeem(a_reward(price=5), gone)

    people.merge_people(
        keep_id=keep.pk, gone_id=gone.pk, actor=an_office(a_city().county), at=NINE
    )
    counted()

    with scope.whole_city():
        redemption.refresh_from_db()
    assert redemption.person_id == keep.pk
    assert balance_of(gone) == 0
    # 1 of their own and 7 moved, less the 5 that were spent; a day holds 8 hours in all.
    assert balance_of(keep) - owed_by(keep) == 3
    assert balances_add_up()


def test_a_record_tells_of_points():
    mei = with_points(a_person(), 7)
    redeem(a_reward(price=5), mei)

    with scope.whole_city():
        told = {s.name: list(s.tell(mei.pk)) for s in records.sections()}

    assert [row["points"] for row in told["points"]] == [7, -5]
    assert told["redemptions"][0]["state"] == "RESERVED"
