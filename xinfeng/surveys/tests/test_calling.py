"""The telephone desk: whom to call, for one caller, whose number is seen on record."""

from datetime import timedelta
from uuid import uuid4

import pytest

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.surveys import commands
from xinfeng.surveys.contacts import sealed_phone
from xinfeng.surveys.models import (
    Attempt,
    Calling,
    DayPart,
    Disposition,
    Mode,
    Response,
    Sample,
    SampleUnit,
)

from .answers import GOOD, a_coded, a_street, a_surveyor, sheet
from .at_once import MANY, at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NINE + 2 * DAY
NUMBER = "13812345678"


@pytest.fixture
def sample() -> Sample:
    made = a_coded(mode=Mode.PHONE, households=3)
    a_surveyor(made, a_person("lan"))
    with scope.whole_city():
        for unit in made.units.all():
            SampleUnit.objects.filter(pk=unit.pk).update(
                phone_sealed=sealed_phone(unit.code, NUMBER)
            )
    return made


def lan() -> Person:
    return Person.objects.get(username="lan")


def take(sample: Sample, actor: Person | None = None, at=LATER) -> SampleUnit | None:
    return commands.take_next(sample_id=sample.pk, actor=actor or lan(), at=at)


def end(unit: SampleUnit, disposition: str, at=LATER, actor=None, **more):
    return commands.end_call(
        unit_id=unit.pk, key=uuid4(), disposition=Disposition(disposition),
        actor=actor or lan(), at=at, **more,
    )  # fmt: skip


def test_a_caller_holds_one_household_and_nobody_else_gets_it(sample):
    mei = a_person("caller")
    a_surveyor(sample, mei)

    first = take(sample)

    assert take(sample) == first
    assert take(sample, mei) not in (None, first)


def test_what_nobody_wrote_down_is_anybodys_again_after_its_minutes(sample):
    mei = a_person("caller")
    a_surveyor(sample, mei)
    first = take(sample)

    assert take(sample, mei, LATER + timedelta(minutes=21)) == first


def test_appointments_come_first_then_the_least_tried(sample):
    one = take(sample)
    end(one, "COME_AGAIN", again_on=(LATER + DAY).date(), again_part="MORNING")
    two = take(sample)
    end(two, "NOT_AT_HOME")
    three = take(sample)
    assert three not in (one, two)
    end(three, "REFUSAL")

    # Everybody was called today already, and the appointment is for tomorrow.
    assert take(sample) is None
    tomorrow = LATER + DAY
    assert take(sample, at=tomorrow) == one
    end(one, "NOT_AT_HOME", tomorrow)
    assert take(sample, at=tomorrow) == two


def test_a_number_is_seen_by_whoever_calls_now_and_on_record(sample):
    unit = take(sample)

    number = commands.open_phone(unit_id=unit.pk, actor=lan(), at=LATER)

    assert number == NUMBER
    entry = Entry.objects.get(verb="survey.phone_opened")
    assert entry.details == {"community": unit.community_id}
    with pytest.raises(Unknown):
        commands.open_phone(unit_id=unit.pk, actor=a_person("curious"), at=LATER)
    with pytest.raises(Unknown):
        commands.open_phone(unit_id=unit.pk, actor=lan(), at=LATER + timedelta(minutes=30))


def test_answers_on_the_telephone_are_kept_with_the_call(sample):
    unit, key = take(sample), uuid4()
    keep = lambda: commands.keep_call_sheet(  # noqa: E731
        unit_id=unit.pk, key=key, sheet=sheet(), actor=lan(), at=LATER
    )

    keep()

    kept = Response.objects.get()
    assert (kept.answers, kept.adults) == (GOOD, 2)
    assert kept.surveyor_id is not None
    with scope.whole_city():
        assert SampleUnit.objects.get(pk=unit.pk).disposition == Disposition.COMPLETE
        assert not Calling.objects.exists()


def test_a_refusal_is_final_and_the_household_is_let_go(sample):
    unit = take(sample)

    end(unit, "REFUSAL")

    with scope.whole_city():
        assert not Calling.objects.exists()
        assert SampleUnit.objects.get(pk=unit.pk).is_final
        assert Attempt.objects.get().part == DayPart.MORNING


def test_a_household_that_is_put_back_was_not_tried(sample):
    unit = take(sample)

    commands.put_back(unit_id=unit.pk, actor=lan(), at=LATER)

    with scope.whole_city():
        assert not Attempt.objects.exists()
    assert take(sample) == unit


def test_only_who_holds_the_household_writes_down_its_call(sample):
    unit = take(sample)
    mei = a_person("caller")
    a_surveyor(sample, mei)

    with pytest.raises(Refusal):
        end(unit, "REFUSAL", actor=mei)


def test_strangers_take_no_households(sample):
    with pytest.raises(Forbidden):
        take(sample, a_person("stranger"))


@pytest.fixture
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.mark.usefixtures("_today")
def test_the_desk_from_the_next_household_to_its_answers(client, sample):
    client.force_login(lan())
    home = f"/surveys/{sample.survey.code}/phone/"

    taken = client.post(home, follow=True)

    page = taken.content.decode()
    address = taken.redirect_chain[-1][0]
    assert NUMBER not in page
    assert NUMBER in client.post(f"{address}number/").content.decode()
    wrong = client.post(f"{address}attempt/", {"key": uuid4()})
    assert wrong.status_code == 422
    form = {"key": uuid4(), "arrangement": 0} | {f"q.{k}": v for k, v in GOOD.items()}
    assert client.post(f"{address}questions/", form).status_code == 422
    done = client.post(f"{address}questions/", form | {"adults": 2}, follow=True)
    assert done.redirect_chain[-1][0] == home
    assert Response.objects.count() == 1
    # It is before nobody any more.
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("_today")
def test_the_desk_is_nobody_elses(client, sample):
    client.force_login(a_person("stranger"))

    assert client.get(f"/surveys/{sample.survey.code}/phone/").status_code == 404


@pytest.mark.usefixtures("_today")
def test_in_the_street_a_full_quota_is_told_before_the_long_part(client):
    sample = a_street({"sex": "f", "age": "a18_39"}, {"sex": "m", "age": "a18_39"}, wanted=1)
    client.force_login(lan())
    home = f"/surveys/{sample.survey.code}/street/"
    first = {"spot": "解放广场", "q.sex": "f", "q.age": "a18_39"}
    assert client.get(home).status_code == 200

    asked = client.post(home, first)

    page = asked.content.decode()
    assert asked.status_code == 200
    assert 'name="q.overall"' in page
    assert 'type="hidden" name="q.sex" value="f"' in page
    kept = client.post(
        f"{home}sheet/",
        first | {"key": uuid4(), "arrangement": 3, "q.used_hotline": "no", "q.overall": "not"},
    )
    assert kept.status_code == 302
    assert Response.objects.get().spot == "解放广场"

    told = client.post(home, first)
    assert told.status_code == 422
    assert 'name="q.overall"' not in told.content.decode()
    assert client.post(home, first | {"q.sex": "m"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_callers_who_press_at_once_get_a_household_each():
    sample = a_coded(mode=Mode.PHONE, households=MANY)
    callers = [a_person(f"caller{i}") for i in range(MANY)]
    for caller in callers:
        a_surveyor(sample, caller)
    turn = iter(callers)

    told = at_once(lambda: take(sample, next(turn)))

    assert len({unit.pk for unit in told}) == MANY
