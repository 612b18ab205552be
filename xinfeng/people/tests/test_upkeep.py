"""Keys are rotated without losing a text; what is over is forgotten on its day."""

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from xinfeng.base import clock, crypto, keys, scope
from xinfeng.people import commands, sealing
from xinfeng.people.commands import upkeep
from xinfeng.people.models import (
    Disclosure,
    DisclosureState,
    Guardianship,
    Identity,
    IdentityDispute,
    Notice,
)
from xinfeng.places.tests.build import NINE, a_city

from .build import a_person, a_phone, an_applicant, an_office, numbered
from .test_family import a_child

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ring(settings, tmp_path):
    settings.KEY_RING_FILE = tmp_path / "ring.json"


def run(*words):
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def people(count=3):
    return [
        commands.register_oneself(new=an_applicant(), division_id=a_city().village.pk, at=NINE)
        for _ in range(count)
    ]


def identities():
    with scope.whole_city():
        return list(Identity.objects.order_by("pk"))


def test_every_column_of_sealed_texts_is_reached_by_a_rotation():
    columns = {
        (model, field.name)
        for model in apps.get_app_config("people").get_models()
        for field in model._meta.local_concrete_fields
        if field.name.endswith("_sealed")
    }

    assert {(sealed.model, sealed.column) for sealed in sealing.columns()} >= columns


@pytest.mark.parametrize("profile", ["intl", "gm"])
def test_a_rotation_seals_everything_anew_and_loses_nothing(settings, profile):
    mei = people()[0]
    commands.enter_qualification(
        person_id=mei.pk, code="lifeguard", number="A1", valid_until=None, actor=mei, at=NINE
    )
    commands.contest_record(person_id=mei.pk, statement="错", code="D", actor=mei, at=NINE)
    before = {i.pk: (i.id_number(), i.phone(), bytes(i.phone_digest)) for i in identities()}
    old = keys.ring().current
    settings.CRYPTO_PROFILE = profile

    told = run("rotate_keys")

    current = keys.ring().current
    assert current != old
    assert upkeep.texts_by_key() == {current: 8}
    assert before == {
        i.pk: (i.id_number(), i.phone(), bytes(i.phone_digest)) for i in identities()
    }
    with scope.whole_city():
        assert IdentityDispute.objects.get().statement() == "错"
    assert "8 of 8" in told


def test_a_rotation_that_stopped_goes_on_where_it_was(monkeypatch):
    people(5)
    monkeypatch.setattr(upkeep, "BATCH", 2)
    keys.add_key("intl")
    batches = upkeep.reseal()
    assert next(batches) == 2
    batches.close()
    assert sorted(upkeep.texts_by_key().values()) == [2, 8]

    told = run("rotate_keys", "--continue")

    assert upkeep.texts_by_key() == {keys.ring().current: 10}
    assert "8 texts are sealed with others" in told
    assert len(keys.ring().keys) == 2


def test_the_keys_are_shown_without_their_secrets_and_a_needed_one_is_not_dropped():
    people()
    old = keys.ring().current
    keys.add_key("intl")

    told = run("keys")

    assert f"{old}  aes256gcm  6 texts" in told
    assert not any(key.secret.hex() in told for key in keys.ring().keys)
    with pytest.raises(CommandError, match="6 texts need"):
        run("keys", "--drop", old)
    run("rotate_keys", "--continue")
    run("keys", "--drop", old)
    assert [key.id for key in keys.ring().keys] == [keys.ring().current]
    assert identities()[0].phone()


def test_a_lost_key_is_told(settings, tmp_path):
    people()
    settings.KEY_RING_FILE = tmp_path / "other.json"

    assert "MISSING  6 texts" in run("keys")


def test_rows_that_change_places_cannot_be_read():
    first, second = people(2)
    with scope.whole_city():
        sealed = Identity.objects.get(pk=first.pk).phone_sealed
        swapped = Identity.objects.get(pk=second.pk)
    swapped.phone_sealed = sealed

    with pytest.raises(crypto.Unsealable):
        swapped.phone()


def test_notices_are_kept_half_a_year_after_reading_and_a_year_at_most():
    mei = a_person()
    with scope.whole_city():
        for told, read in ((0, 5), (0, None), (200, None)):
            Notice.objects.create(
                person=mei, division_id=mei.division_id, kind="x", told_at=NINE + told * DAY,
                read_at=None if read is None else NINE + read * DAY,
            )  # fmt: skip

    assert commands.forget_notices(at=NINE + 184 * DAY) == 0
    assert commands.forget_notices(at=NINE + 185 * DAY) == 1
    assert commands.forget_notices(at=NINE + 364 * DAY) == 0
    assert commands.forget_notices(at=NINE + 365 * DAY) == 1


def test_a_question_to_a_guardian_lasts_a_month_and_then_forgets_the_number():
    a_child(guardian=a_phone())

    assert commands.forget_questions(at=NINE + 29 * DAY) == 0
    assert commands.forget_questions(at=NINE + 30 * DAY) == 1
    with scope.whole_city():
        question = Guardianship.objects.get()
    assert (question.state, question.phone_digest) == ("WITHDRAWN", None)


def test_an_approval_lasts_a_day(monkeypatch):
    clerk, second = an_office(a_city().township), an_office(a_city().county)
    shown = commands.ask_disclosure(
        person_id=numbered(a_person()).pk, reason="核对名单", actor=clerk, at=NINE
    )
    commands.decide_disclosure(
        disclosure_id=shown.pk, decision=DisclosureState.APPROVED, actor=second, at=NINE
    )

    assert commands.forget_approvals(at=NINE + DAY - timedelta(seconds=1)) == 0
    monkeypatch.setattr(clock, "now", lambda: NINE + DAY)
    told = run("sweep")

    assert "1" in told
    with scope.whole_city():
        assert Disclosure.objects.get().state == DisclosureState.EXPIRED
