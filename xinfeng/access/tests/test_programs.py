import jwt
import pytest
from allauth.idp.oidc.models import Client, Token
from django.core.cache import cache
from django.test import Client as Browser

from xinfeng.access import commands, queries
from xinfeng.access.forms import ProgramForm
from xinfeng.access.models import Passing
from xinfeng.access.provider import Provider
from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person, PersonState
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city

from .build import BACK, a_program, agreed, asking, exchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(client):
    person = a_person()
    client.force_login(person)
    return person


@pytest.fixture
def program():
    """Has no cookies of anybody."""
    return Browser()


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_person_lends_a_part_of_what_was_asked_and_the_program_has_that_part(
    client, program, mei
):
    made = a_program()

    told = agreed(client, asking(made, Scope.RECORD, Scope.PART), Scope.RECORD)
    tokens = exchanged(program, made, told["code"]).json()

    assert told["state"] == "s1"
    assert tokens["scope"] == "record"
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert program.get("/api/v1/me", headers=bearer).json()["username"] == "mei"
    assert "program.let_in" in verbs()


def test_a_token_lies_in_the_database_as_a_hash_and_a_code_not_at_all(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)

    passing = Passing.objects.get()
    assert told["code"] not in passing.sealed
    tokens = exchanged(program, made, told["code"]).json()

    kept = list(Token.objects.values_list("hash", flat=True))
    assert len(kept) == 2
    assert tokens["access_token"] not in kept
    assert tokens["refresh_token"] not in kept


def test_a_code_serves_once(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)
    assert exchanged(program, made, told["code"]).status_code == 200

    again = exchanged(program, made, told["code"])

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_worth_nothing_without_the_verifier(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)

    stolen = exchanged(program, made, told["code"], code_verifier="w" * 64)

    assert stolen.json()["error"] == "invalid_grant"


def test_a_program_that_keeps_a_secret_must_show_it(client, program, mei):
    made = a_program(keeps_secrets=True)
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)

    assert exchanged(program, made, told["code"], client_secret="x").status_code == 401
    assert exchanged(program, made, told["code"]).status_code == 200
    assert made.secret not in Client.objects.get().secret


def test_a_refresh_token_turns_into_new_ones_once(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)
    first = exchanged(program, made, told["code"]).json()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": first["refresh_token"],
        "client_id": made.program.pk,
    }

    second = program.post("/identity/o/api/token", form).json()

    assert second["scope"] == "record"
    assert second["access_token"] != first["access_token"]
    assert program.post("/identity/o/api/token", form).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"prompt": "none"},
        {"redirect_uri": "https://elsewhere.test/"},
        {"client_id": "nobody"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_wrong_question_reaches_nobody(client, mei, changes):
    answer = client.get(asking(a_program(), Scope.RECORD, **changes))

    assert answer.status_code in {400, 422}
    assert "Location" not in answer


def test_a_program_asks_only_for_what_the_office_admitted(client, mei):
    made = a_program(scopes=(Scope.RECORD.value,))

    answer = client.get(asking(made, Scope.OFFICE))

    assert answer["Location"].startswith(BACK)
    assert "error=invalid_scope" in answer["Location"]


def test_a_person_may_refuse(client, mei):
    address = asking(a_program(), Scope.RECORD)
    page = client.get(address).content.decode()
    signed = page.partition('name="request" value="')[2].partition('"')[0]

    answer = client.post("/identity/o/authorize", {"request": signed, "action": "refuse"})

    assert "error=access_denied" in answer["Location"]
    assert "program.let_in" not in verbs()
    assert not Passing.objects.exists()


def test_somebody_else_cannot_press_the_button_for_me(mei):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(mei)

    answer = browser.post("/identity/o/authorize", {"request": "x", "action": "grant"})

    assert answer.status_code == 403


def test_the_page_of_consent_names_the_program_and_lets_the_form_lead_back(client, mei):
    answer = client.get(asking(a_program(), Scope.RECORD))

    page = answer.content.decode()
    assert "邻里助手" in page
    assert str(Scope.RECORD.label) in page
    assert "form-action 'self' https://program.test" in answer["Content-Security-Policy"]


def test_what_was_lent_is_listed_and_taken_back_at_once(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)
    tokens = exchanged(program, made, told["code"]).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert "邻里助手" in client.get("/me/programs/").content.decode()

    client.post(f"/me/programs/{made.program.pk}/end/")

    assert program.get("/api/v1/me", headers=bearer).status_code == 401
    assert queries.lent_by(mei) == []
    assert verbs()[-1] == "program.taken_back"
    commands.take_back(program_id=made.program.pk, actor=mei, at=NINE)
    assert verbs().count("program.taken_back") == 1


def test_taking_back_leaves_what_others_lent(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)
    exchanged(program, made, told["code"])

    ended = commands.take_back(program_id=made.program.pk, actor=a_person("lan"), at=NINE)

    assert ended == 0
    assert len(queries.lent_by(mei)) == 1


def test_a_closed_account_gets_no_tokens_for_its_code(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)
    Person.objects.filter(pk=mei.pk).update(state=PersonState.CLOSED)

    assert exchanged(program, made, told["code"]).json()["error"] == "invalid_grant"


def test_a_closed_program_is_gone_with_its_tokens(client, program, mei):
    made = a_program()
    told = agreed(client, asking(made, Scope.RECORD), Scope.RECORD)
    exchanged(program, made, told["code"])
    office = Person.objects.get(username="city-office")

    commands.close_program(program_id=made.program.pk, actor=office, at=NINE)

    assert not Token.objects.exists()
    assert verbs()[-1] == "program.closed"
    with pytest.raises(Unknown):
        commands.close_program(program_id=made.program.pk, actor=office, at=NINE)


def test_only_the_city_office_keeps_programs(client, mei):
    made = a_program()
    county = an_office(a_city().county)

    for actor in (mei, county):
        with pytest.raises(Forbidden):
            commands.close_program(program_id=made.program.pk, actor=actor, at=NINE)
        client.force_login(actor)
        assert client.get("/programs/").status_code == 403


def test_the_office_admits_a_program_and_sees_its_secret_once(client):
    client.force_login(an_office(a_city().city))
    form = {
        "name": "邻里助手",
        "addresses": f"{BACK}\ncn.city.helper:/back",
        "scopes": ["record", "part"],
        "keeps_secrets": "on",
    }

    page = client.post("/programs/new/", form).content.decode()

    made = Client.objects.get()
    secret = next(w for w in page.replace("<", " <").replace(">", "> ").split() if len(w) == 43)
    assert made.check_secret(secret)
    assert secret not in client.get("/programs/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "http://program.test/back",
        "https://*.program.test/",
        "https://program.test/#x",
        "javascript:alert(1)",
        "data:text/html,x",
        "helper:/back",
        "https://a@program.test/",
        "https://[",
    ],
)
def test_a_program_comes_back_to_no_doubtful_address(address):
    form = ProgramForm({"name": "x", "addresses": address, "scopes": ["record"]})

    assert "addresses" in form.errors


def test_two_programs_cannot_tell_that_they_serve_the_same_person(mei):
    one, other = Client(pk="one"), Client(pk="other")
    provider = Provider()

    name = provider.get_user_sub(one, mei)

    assert name != provider.get_user_sub(other, mei)
    assert provider.get_user_by_sub(one, name) == mei
    assert provider.get_user_by_sub(other, name) is None
    assert provider.get_user_by_sub(one, "no hex") is None


def test_an_id_token_is_signed_with_the_key_that_the_city_shows(client, program, mei):
    made = a_program(scopes=("openid", "record"))
    told = agreed(client, asking(made, scope="openid record"), "openid", Scope.RECORD)
    tokens = exchanged(program, made, told["code"]).json()
    key = jwt.PyJWKSet.from_dict(program.get("/.well-known/jwks.json").json()).keys[0]

    told = jwt.decode(tokens["id_token"], key, ["RS256"], audience=made.program.pk)

    assert told["sub"] == Provider().get_user_sub(made.program, mei)
    assert program.get("/.well-known/openid-configuration").json()["issuer"] == told["iss"]


def test_what_passes_is_remembered_for_its_time_only():
    cache.set("a", {"code": "secret"}, timeout=60)
    cache.set("b", 1, timeout=-1)

    assert cache.get("a") == {"code": "secret"}
    assert cache.get("b") is None
    assert not cache.add("a", 2)
    assert cache.add("c", 3)
    cache.delete("a")
    assert cache.get("a", "gone") == "gone"
    cache.clear()
    assert not Passing.objects.exists()
