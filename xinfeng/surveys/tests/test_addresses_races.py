"""Tables of addresses at once: nothing is lost, nothing is taken in twice."""

import pytest

from xinfeng.base import scope
from xinfeng.journal.models import Entry
from xinfeng.surveys import commands
from xinfeng.surveys.contacts import address_of, phone_of
from xinfeng.surveys.models import SampleUnit

from .at_once import at_once
from .drawn_build import NINE, a_drawn, the_office

pytestmark = pytest.mark.django_db(transaction=True)


def the_unit() -> SampleUnit:
    with scope.whole_city():
        found = SampleUnit.objects.order_by("pk").first()
    assert found is not None
    return found


def sent(sample_id: int, code: str, row: str) -> None:
    commands.add_address_sheet(
        sample_id=sample_id, code=code, name="t.csv", actor=the_office(), at=NINE,
        content=f"户编号,地址,电话\n{the_unit().code},{row}\n".encode(),
    )  # fmt: skip


def test_two_tables_of_one_household_both_count() -> None:
    drawn, office = a_drawn(), the_office()
    sample = drawn.samples.get()
    sent(sample.pk, "T1", "幸福路 7 号,")
    sent(sample.pk, "T2", ",13812345678")
    codes = iter(["T1", "T2"])

    at_once(
        lambda: commands.import_address_sheet(code=next(codes), actor=office, at=NINE), many=2
    )

    assert (address_of(the_unit()), phone_of(the_unit())) == ("幸福路 7 号", "13812345678")


def test_one_table_taken_over_several_times_at_once_counts_once() -> None:
    drawn, office = a_drawn(), the_office()
    sent(drawn.samples.get().pk, "T1", "幸福路 7 号,13812345678")

    at_once(lambda: commands.import_address_sheet(code="T1", actor=office, at=NINE))

    assert Entry.objects.filter(verb="survey.addresses_taken_in").count() == 1


def test_a_table_taken_over_while_the_survey_ends_leaves_no_address() -> None:
    drawn, office = a_drawn(), the_office()
    sent(drawn.samples.get().pk, "T1", "幸福路 7 号,13812345678")
    acts = iter(
        [
            lambda: commands.import_address_sheet(code="T1", actor=office, at=NINE),
            lambda: commands.call_off_survey(survey_id=drawn.pk, actor=office, at=NINE),
        ]
    )

    at_once(lambda: next(acts)(), many=2)

    assert address_of(the_unit()) == phone_of(the_unit()) == ""
