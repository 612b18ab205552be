"""Two at once with one code, started at a barrier."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.idp.oidc.models import Token
from django.db import connection
from django.test import Client as Browser

from xinfeng.people.tests.build import a_person
from xinfeng.people.tokens import Scope

from .build import a_program, agreed, asking, exchanged

AT_ONCE = 6


def together(act) -> list[int]:
    barrier = Barrier(AT_ONCE)

    def one(_number: int) -> int:
        try:
            barrier.wait(timeout=30)
            return act(Browser()).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(one, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_a_code_shown_by_many_at_once_serves_one(client):
    made = a_program()
    client.force_login(a_person())
    code = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)["code"]

    answers = together(lambda browser: exchanged(browser, made, code))

    assert answers == [200] + [400] * (AT_ONCE - 1)
    assert Token.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_refresh_token_shown_by_many_at_once_serves_one(client):
    made = a_program()
    client.force_login(a_person())
    code = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)["code"]
    first = exchanged(Browser(), made, code).json()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": first["refresh_token"],
        "client_id": made.program.pk,
    }

    answers = together(lambda browser: browser.post("/identity/o/api/token", form))

    assert answers == [200] + [400] * (AT_ONCE - 1)
