"""Rows about people: hidden without a scope, never written by the auditor, protected at all."""

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from xinfeng.base import scope
from xinfeng.config import database
from xinfeng.people.models import Identity
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import OTHER_VILLAGE, VILLAGE, a_city

from .about_people import ABOUT_PEOPLE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", ABOUT_PEOPLE)
def test_a_table_about_people_has_row_level_security(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone() == (True,)


def test_tests_and_pages_connect_as_the_app_role_which_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class c"
            " WHERE c.relowner = r.oid) FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, 0)


def test_without_a_scope_nobody_is_seen_and_within_one_only_its_people():
    city = a_city()
    a_person("here", division=city.village)
    a_person("there", division=city.other_village)
    assert Identity.objects.count() == 0
    with scope.reading(person_id=None, spans=[(VILLAGE, VILLAGE + 1)]):
        assert Identity.objects.count() == 1
    with scope.reading(person_id=None, spans=[(VILLAGE, OTHER_VILLAGE + 1)]):
        assert Identity.objects.count() == 2
    assert Identity.objects.count() == 0


@pytest.mark.parametrize(
    "table",
    [
        "hours_credit",
        "journal_entry",
        "inspections_result",
        "hours_leaf",
        "hours_checkpoint",
    ],
)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_only_added_to_cannot_be_changed_by_the_app(table, verb):
    key = next(m._meta.pk.column for m in apps.get_models() if m._meta.db_table == table)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table, key))


def test_the_auditor_reads_every_table_and_writes_none():
    parameters = database.parameters(database.AUDITOR, connection.settings_dict["NAME"])
    with psycopg.connect(**parameters) as auditor:
        for model in apps.get_models():
            if not model._meta.app_config.name.startswith("xinfeng."):
                continue
            table = model._meta.db_table
            auditor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
            with pytest.raises(psycopg.errors.InsufficientPrivilege), auditor.transaction():
                auditor.execute(f'DELETE FROM "{table}"')
