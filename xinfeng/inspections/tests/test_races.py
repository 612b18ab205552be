"""Two at once: every lock and every constraint lets one through and tells the other."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import translation

from xinfeng.base.refusal import Refusal
from xinfeng.inspections import commands
from xinfeng.inspections.commands.filings import NewFiling
from xinfeng.inspections.models import Evaluation, Filing, Item, Result, Score, Standard
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_keeper
from xinfeng.places.tests.build import NINE, TODAY, a_place

from .build import PLAIN, a_standard

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def at_once(act: Callable[[], object]) -> list[object]:
    """What each of several threads got, or the refusal it was told."""
    ready, told = Barrier(MANY), []

    def run() -> None:
        ready.wait()
        try:
            with translation.override("en"):
                told.append(act())
        except Exception as error:
            told.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    strange = [e for e in told if isinstance(e, Exception) and not isinstance(e, Refusal)]
    assert strange == []
    return told


def test_evaluations_at_once_follow_each_other_and_add_each_result_once():
    a_place()
    standard = a_standard()
    at_once(
        lambda: commands.evaluate(standard_id=standard.pk, period="2022Q2", actor=None, at=NINE)
    )
    assert Evaluation.objects.count() == MANY
    assert Result.objects.count() == 3
    newest = Evaluation.objects.order_by("-pk").first()
    assert set(Score.objects.values_list("evaluation", flat=True)) == {newest.pk}


def test_an_entry_sent_at_once_stands_once():
    place = a_place()
    keeper = a_keeper(place)
    new = NewFiling(place.pk, Item.BUDGET, TODAY)
    told = at_once(lambda: commands.file(new=new, actor=keeper, at=NINE).pk)
    assert len(set(told)) == 1
    assert Filing.objects.get().valid_until == date(2023, 1, 1)
    assert Entry.objects.filter(verb="filing.entered").count() == 1


def test_a_standard_imported_at_once_is_one_draft():
    at_once(lambda: commands.import_standard(text=PLAIN, source="x", actor=None, at=NINE).pk)
    assert Standard.objects.count() == 1
    assert Entry.objects.filter(verb="standard.imported").count() == 1


def test_a_copy_made_at_once_is_made_once():
    standard = a_standard()
    told = at_once(
        lambda: commands.copy_draft(standard_id=standard.pk, version="2", actor=None, at=NINE)
    )
    assert sum(isinstance(each, Refusal) for each in told) == MANY - 1
    assert Standard.objects.filter(version="2").count() == 1


def test_published_at_once_is_published_once():
    standard = a_standard(published=False)
    at_once(lambda: commands.publish(standard_id=standard.pk, actor=None, at=NINE))
    assert Entry.objects.filter(verb="standard.published").count() == 1
