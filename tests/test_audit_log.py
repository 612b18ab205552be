"""Whoever owns the database can rewrite it, and it shows."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from xinfeng.base import scope
from xinfeng.base.guards import lifted
from xinfeng.config import database
from xinfeng.hours import commands
from xinfeng.hours.queries.audit import audit
from xinfeng.hours.tests.build import a_credit
from xinfeng.hours.tests.build_log import a_log
from xinfeng.people.models import Identity
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(tmp_path, settings):
    log = a_log(tmp_path)
    mei = a_person("mei")
    for _n in range(300):
        a_credit(mei)
    commands.seal(log=log, at=NINE)
    return log


def as_superuser(statement, *values):
    """Past every right and trigger, as an intruder with the server in hand."""
    name = connection.settings_dict["NAME"]
    with (
        psycopg.connect(**{**database.maintainer(), "dbname": name}) as server,
        lifted(server, ["hours_credit", "hours_leaf", "hours_checkpoint"]),
    ):
        assert server.execute(statement, values).rowcount == 1


def problems(log, **how):
    return audit(log, **how).problems


def test_an_untouched_ledger_agrees_with_its_log(log):
    found = audit(log)

    assert found.problems == []
    assert (found.size, found.leaves, found.opened, found.closed) == (300, 300, 300, 0)


def test_a_changed_credit_is_found(log):
    as_superuser(
        "UPDATE hours_credit SET minutes = 6000 WHERE id = (SELECT max(id) FROM hours_credit)"
    )

    [problem] = problems(log)

    assert "changed after it was sealed" in problem


@pytest.mark.parametrize(
    "change",
    [
        "grade = 'A'",
        "person_id = person_id + 0, earned_on = earned_on + 1",
        "confirmed_by_id = 99",
        "source_id = 123456",
        "counter = 2",
        "division_id = 1",
    ],
)
def test_every_part_of_a_credit_is_bound(log, change):
    statement = "UPDATE hours_credit SET {} WHERE id = (SELECT min(id) FROM hours_credit)"

    as_superuser(statement.format(change))

    assert len(problems(log)) == 1


def test_a_deleted_credit_is_found(log):
    as_superuser("DELETE FROM hours_credit WHERE id = (SELECT min(id) FROM hours_credit)")

    [problem] = problems(log)

    assert "the record is gone" in problem


def test_a_leaf_changed_with_its_credit_is_found(log):
    as_superuser("UPDATE hours_leaf SET commitment = sha256('x') WHERE index = 7")

    found = problems(log)

    assert any("not the one that was signed" in problem for problem in found)


def test_a_deleted_leaf_is_found(log):
    as_superuser("DELETE FROM hours_leaf WHERE index = 7")

    assert "300 leaves were signed, 299" in problems(log)[0]


def test_tiles_changed_with_the_leaf_do_not_give_the_root(log):
    as_superuser("UPDATE hours_leaf SET commitment = sha256('x') WHERE index = 7")
    log.files.clear()
    data = [bytes(row) for row in _commitments()]
    log.files.grow(0, data)

    assert "the tiles do not give the signed root" in problems(log)


def test_a_rewritten_head_is_not_signed(log):
    as_superuser("UPDATE hours_checkpoint SET note = replace(note, '300', '299')")

    assert any("not signed by the log" in problem for problem in problems(log))


def test_a_rewritten_root_differs_from_its_note(log):
    as_superuser("UPDATE hours_checkpoint SET root = sha256('x')")

    assert any("was changed" in problem for problem in problems(log))


def test_of_an_erased_person_nothing_can_be_opened_and_nothing_is_wrong(log):
    with scope.whole_city():
        Identity.objects.all().delete()

    found = audit(log)

    assert found.problems == []
    assert (found.opened, found.closed) == (0, 300)


def test_a_sample_is_drawn_with_a_seed(log):
    as_superuser(
        "UPDATE hours_credit SET minutes = 6000 WHERE id = (SELECT max(id) FROM hours_credit)"
    )

    found = [len(problems(log, sample=30, seed=seed)) for seed in range(40)]

    assert found == [len(problems(log, sample=30, seed=seed)) for seed in range(40)]
    assert 0 < sum(found) < 40
    assert audit(log, sample=30).leaves == 30


def test_what_waits_is_counted(log):
    a_credit(a_person("lan"))

    assert audit(log).waiting == 1


def test_the_command_says_so_and_fails(log, settings, tmp_path, capsys):
    settings.LOG_FOLDER = tmp_path / "log"
    settings.LOG_KEY_FILE = tmp_path / "log.key"
    settings.LOG_KEY_FILE.write_text(log.key.secret_text())

    call_command("audit_log")
    assert "300" in capsys.readouterr().out

    as_superuser("DELETE FROM hours_credit WHERE id = (SELECT min(id) FROM hours_credit)")
    with pytest.raises(CommandError, match="1 "):
        call_command("audit_log")


def _commitments():
    with connection.cursor() as cursor:
        cursor.execute("SELECT commitment FROM hours_leaf ORDER BY index")
        return [row[0] for row in cursor.fetchall()]
