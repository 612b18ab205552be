"""Row-level security, as the app role: a filter that was forgotten shows nothing."""

import pytest
from django.db import connection, transaction

from xinfeng.base import scope
from xinfeng.people.models import Identity
from xinfeng.places.tests.build import a_city

from .build import a_person

pytestmark = pytest.mark.django_db


def names():
    return sorted(Identity.objects.values_list("name", flat=True))


@pytest.fixture
def two_counties():
    """Mei lives in one county, Bo in the other."""
    city = a_city()
    return a_person("mei", name="王小梅"), a_person(
        "bo", name="刘波", division=city.other_county
    )


def test_tests_connect_as_the_app_role_which_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, tableowner = current_user"
            " FROM pg_roles, pg_tables WHERE rolname = current_user"
            " AND tablename = 'people_identity'"
        )
        assert cursor.fetchone() == (False, False)


def test_without_a_scope_there_are_no_people(two_counties):
    assert names() == []


def test_a_forgotten_filter_shows_only_the_own_county(two_counties):
    with scope.reading(person_id=None, spans=[a_city().county.span]):
        assert names() == ["王小梅"]


def test_one_always_sees_oneself(two_counties):
    _mei, bo = two_counties

    with scope.reading(person_id=bo.pk, spans=[a_city().county.span]):
        assert names() == ["刘波", "王小梅"]


def test_a_command_sees_the_whole_city(two_counties):
    with scope.whole_city():
        assert len(names()) == 2


def test_an_inner_scope_gives_the_outer_one_back(two_counties):
    with scope.reading(person_id=None, spans=[a_city().county.span]):
        with scope.whole_city():
            assert len(names()) == 2
        assert names() == ["王小梅"]
        with scope.reading(person_id=None, spans=[]):
            assert names() == []
        assert names() == ["王小梅"]


def test_an_error_inside_gives_the_outer_one_back(two_counties):
    with scope.reading(person_id=None, spans=[a_city().county.span]):
        with pytest.raises(ZeroDivisionError), scope.whole_city():
            raise ZeroDivisionError
        assert names() == ["王小梅"]


def test_a_scope_ends_with_its_block_inside_a_longer_transaction(two_counties):
    with transaction.atomic():
        with scope.whole_city():
            assert len(names()) == 2
        assert names() == []


@pytest.mark.django_db(transaction=True)
def test_a_scope_does_not_outlive_its_transaction(two_counties):
    with scope.whole_city():
        assert len(names()) == 2

    assert names() == []


def test_a_row_cannot_be_written_outside_the_scope(two_counties):
    mei, _bo = two_counties

    with scope.reading(person_id=None, spans=[a_city().other_county.span]):
        changed = Identity.objects.filter(pk=mei.pk).update(name="x")

    assert changed == 0
