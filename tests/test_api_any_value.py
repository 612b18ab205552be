"""Whatever the contract allows to be sent, and what it does not: no answer is an accident."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from xinfeng.activities.tests.build import a_shift
from xinfeng.base import clock
from xinfeng.config import api
from xinfeng.config.urls import interface
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.tokens import bearer
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.teams.tests.build import a_team

contract = schemathesis.openapi.from_dict(dict(interface.get_openapi_schema()))


@pytest.fixture
def headers(db, monkeypatch):
    """Somebody who may do nearly everything, in a city with one of the main things."""
    monkeypatch.setattr(clock, "now", lambda: NINE)
    monkeypatch.setattr(api.Paced, "allow_request", lambda self, request: True)
    # The rows live in the test's transaction; a request must not close its connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    office = an_office(a_city().city)
    a_team(leader=office)
    a_shift(leader=a_person("leader"))
    yield bearer(office) | {"Host": "localhost"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contract.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_value_breaks_an_operation(case, headers):
    case.headers = {**(case.headers or {}), **headers}

    answer = case.call(app=get_wsgi_application(), base_url="http://localhost")

    case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])
