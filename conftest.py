"""Tests run on a real PostgreSQL, as the app role."""

import os
import shutil
from itertools import count

import hypothesis
import pytest
from django.conf import settings
from django.test import TransactionTestCase

from xinfeng.config import testing

# A gate gives the same answer twice; whoever runs the tests at a desk explores further.
hypothesis.settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("gate")


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """A database of this worker's own, cloned from a migrated template."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    TransactionTestCase._fixture_teardown = lambda self: testing.truncate_everything()
    with django_db_blocker.unblock(), testing.test_database(worker):
        yield


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """Hashing passwords slowly is for production."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _static_folder():
    """Whitenoise warns of a missing folder, and a warning is an error here."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


_logs = count()


@pytest.fixture(autouse=True)
def _a_log_of_its_own():
    """A test's database begins empty, so its signed log begins anew too."""
    folder = settings.HOME / "logs" / f"{os.getpid()}-{next(_logs)}"
    before, settings.LOG_FOLDER = settings.LOG_FOLDER, folder
    yield
    settings.LOG_FOLDER = before
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _files_of_its_own():
    """What a test takes in lies in a folder that goes with it."""
    folder = settings.HOME / "test-files" / f"{os.getpid()}-{next(_logs)}"
    before, settings.FILES_FOLDER = settings.FILES_FOLDER, folder
    yield
    settings.FILES_FOLDER = before
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _questions_of_its_own():
    """Ids begin anew with a test's database, so what was read by them is forgotten."""
    yield
    from xinfeng.surveys.commands import receiving  # noqa: PLC0415

    receiving.bank_by.cache_clear()
