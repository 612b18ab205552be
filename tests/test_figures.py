"""Rules over all figures: the columns they give, that they are followed, that they explain."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.utils import translation

from xinfeng.base import figures, scope
from xinfeng.base.figures import Figure, Grain, Time, Window
from xinfeng.config.follow import TOUCHED
from xinfeng.insight.published import published
from xinfeng.journal import commands as journal

from .about_people import ABOUT_PEOPLE

pytestmark = pytest.mark.django_db
WINDOW = Window(date(2022, 7, 1), date(2022, 7, 18))
COLUMNS = (
    "row_id", "unit_id", "division_id", "starts_on", "ends_on", "numerator", "denominator",
    "label",
)  # fmt: skip
TYPES = (20, 20, 20, 1082, 1082, 20, 20)


@pytest.mark.parametrize("figure", figures.declared(), ids=lambda figure: figure.name)
def test_a_figure_gives_exactly_the_agreed_columns(figure):
    with scope.whole_city(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({figures.rows_sql(figure)}) r LIMIT 0", figures.parameters(WINDOW)
        )
        given = cursor.description

    assert tuple(column.name for column in given) == COLUMNS
    assert tuple(column.type_code for column in given)[:7] == TYPES


@pytest.mark.parametrize("figure", figures.declared(), ids=lambda figure: figure.name)
def test_a_figure_says_what_it_means_in_both_languages(figure):
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert str(figure.title)
            assert len(str(figure.definition)) > 8


@pytest.mark.parametrize("figure", figures.declared(), ids=lambda figure: figure.name)
def test_the_subject_of_a_figure_is_a_model(figure):
    assert apps.get_model(figure.subject)


def test_every_published_figure_moves_when_something_happens():
    followed = {name for names in TOUCHED.values() for name in names}

    assert set(published().names) <= followed


@pytest.mark.parametrize(
    "figure", [f for f in figures.declared() if not f.personal], ids=lambda figure: figure.name
)
def test_a_figure_that_is_open_to_all_reads_no_rows_about_people(figure):
    assert not any(table in figure.sql for table in ABOUT_PEOPLE)


def test_every_followed_verb_is_one_that_a_room_writes():
    assert TOUCHED.keys() <= journal.sentences().keys()


def test_an_unknown_figure_is_told_with_the_known_ones():
    with pytest.raises(figures.UnknownFigure, match="volunteers"):
        figures.get("nonsense")


def test_no_rows_are_zero_where_the_figure_says_so_and_otherwise_not_known():
    with scope.whole_city():
        assert figures.value("places", WINDOW).numerator == 0
        assert figures.value("place_seats", WINDOW, unit_id=1).numerator is None
        assert figures.value("village_coverage", WINDOW).share is None


def test_a_figure_declared_twice_is_a_mistake_in_the_program():
    again = Figure(
        name="places", title="", unit="", definition="", grain=Grain.PLACE, time=Time.STOCK,
        sql="", subject="",
    )  # fmt: skip

    with pytest.raises(AssertionError, match="declared twice"):
        figures.declare(again)
