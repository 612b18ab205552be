"""A job that the worker does not know waits for ever."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.conf import settings

from xinfeng.config import worker

ROOMS = [room for room in settings.ROOMS if find_spec(f"xinfeng.{room}.jobs")]


@pytest.mark.parametrize("room", ROOMS)
def test_the_worker_imports_the_jobs_of_every_room(room: str) -> None:
    jobs = import_module(f"xinfeng.{room}.jobs")

    assert jobs in vars(worker).values()
