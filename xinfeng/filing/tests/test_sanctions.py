"""The negative list: a second person confirms, and it counts as long as the list says."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.filing import commands, queries
from xinfeng.filing.commands import NewSanction
from xinfeng.filing.models import Sanction, SanctionState
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import a_standard, an_office, somebody

pytestmark = pytest.mark.django_db


def entered(standard, who, entry="N1", **more):
    told = {"happened_on": TODAY, "what": "某工地发生事故", "source": "应急〔2022〕7号"} | more
    new = NewSanction(entry, a_city().county.pk, **told)
    return commands.propose(standard_id=standard.pk, new=new, actor=who, at=NINE)


def test_it_takes_points_only_once_another_person_confirmed_it():
    standard, mei, lan = a_standard(), an_office(), an_office()
    sanction = entered(standard, mei)
    assert queries.city_standing(standard, TODAY)[0].taken.points == 0
    with pytest.raises(Forbidden):
        commands.confirm(sanction_id=sanction.pk, actor=mei, at=NINE)
    commands.confirm(sanction_id=sanction.pk, actor=lan, at=NINE)
    assert queries.city_standing(standard, TODAY)[0].taken.points == 3


def test_after_its_months_it_takes_nothing_more():
    standard = a_standard()
    sanction = entered(standard, an_office())
    commands.confirm(sanction_id=sanction.pk, actor=an_office(), at=NINE)
    year = timedelta(days=365)
    assert queries.city_standing(standard, TODAY + year - timedelta(days=1))[0].taken.points
    assert not queries.city_standing(standard, TODAY + year)[0].taken.points


def test_some_entries_suspend():
    standard = a_standard()
    sanction = entered(standard, an_office(), entry="N2")
    commands.confirm(sanction_id=sanction.pk, actor=an_office(), at=NINE)
    assert queries.city_standing(standard, TODAY)[0].taken.suspends == ("N2",)


def test_lifting_needs_a_reason_and_stays_to_be_seen():
    standard, mei, lan = a_standard(), an_office(), an_office()
    sanction = entered(standard, mei)
    commands.confirm(sanction_id=sanction.pk, actor=lan, at=NINE)
    with pytest.raises(Refusal):
        commands.lift(sanction_id=sanction.pk, reason=" ", actor=lan, at=NINE)
    commands.lift(sanction_id=sanction.pk, reason="复核后撤销", actor=lan, at=NINE)
    (row,) = queries.sanctions_of(standard)
    assert (row.state, row.reason) == (SanctionState.LIFTED, "复核后撤销")
    with pytest.raises(Refusal):
        commands.confirm(sanction_id=sanction.pk, actor=lan, at=NINE)


def test_the_same_happening_is_entered_once():
    standard = a_standard()
    assert entered(standard, an_office()) == entered(standard, an_office())


def test_a_township_enters_nothing():
    township = a_grant(somebody(), Role.TOWNSHIP, division=a_city().township).person
    with pytest.raises(Forbidden):
        entered(a_standard(), township)


def test_a_day_to_come_and_an_unknown_entry_are_refused():
    standard = a_standard()
    with pytest.raises(Refusal):
        entered(standard, an_office(), happened_on=TODAY + timedelta(days=1))
    with pytest.raises(Refusal):
        entered(standard, an_office(), entry="N9")


@pytest.mark.parametrize("change", [{"deduct": 0}, {"state": "STANDING"}, {"state": "GONE"}])
def test_the_database_keeps_its_promises(change):
    entered(a_standard(), an_office())
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.update(**change)


def test_only_the_office_above_confirms_refuses_and_lifts():
    sanction = entered(a_standard(), an_office())
    township = a_grant(somebody(), Role.TOWNSHIP, division=a_city().township).person
    elsewhere = a_grant(somebody(), Role.COUNTY_OFFICE, division=a_city().other_county).person

    for person in (township, elsewhere, somebody()):
        said = {"sanction_id": sanction.pk, "actor": person, "at": NINE}
        for verb, more in (
            (commands.confirm, {}),
            (commands.refuse, {"reason": "不属实"}),
            (commands.lift, {"reason": "已整改"}),
        ):
            with pytest.raises(Forbidden):
                verb(**said, **more)

    sanction.refresh_from_db()
    assert sanction.state == SanctionState.PROPOSED
