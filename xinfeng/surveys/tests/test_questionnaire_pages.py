"""The pages of questionnaires: who reads which words, and a draft made by forms alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import commands, xlsforms
from xinfeng.surveys.models import QuestionnaireVersion, SurveyState
from xinfeng.units.tests.build import a_member, a_unit

from .build import DOCUMENT, a_survey, a_version
from .test_reading import TINY

pytestmark = pytest.mark.django_db
WORDS = "您对小区环境满意吗？"
PAGES = (
    "questionnaire", "questionnaire_text", "questionnaire_workbook", "questionnaire_diff",
)  # fmt: skip


@pytest.fixture
def office(client):
    city = a_city()
    person = an_office(city.city, "office")
    client.force_login(person)
    return person


def page(name: str, *args: object) -> str:
    return reverse(f"surveys:{name}", args=args)


def seen(client, name: str = "questionnaire", code: str = "residents", number: int = 1) -> str:
    answer = client.get(page(name, code, number), {"in": "zh"})
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def a_surveyor(city):
    person = a_person("surveyor")
    a_grant(person, Role.SURVEYOR, division=city.city)
    return person


def test_before_the_field_only_keepers_read_the_words(client):
    city = a_city()
    a_version(city.city, NINE)
    judged = an_office(city.city, "judged")
    member = a_person("member")
    readers = [None, a_surveyor(city), an_office(city.county, "county"), member]
    for reader in readers:
        client.logout()
        if reader:
            client.force_login(reader)
        text = seen(client)
        assert WORDS not in text
        assert QuestionnaireVersion.objects.get().digest in text
        for name in PAGES[1:3]:
            assert client.get(page(name, "residents", 1)).status_code == 404
        listed = client.get(page("questionnaires")).content.decode()
        assert "居民满意度调查" not in listed
    client.force_login(judged)
    assert WORDS in seen(client)


def test_once_a_survey_is_in_the_field_everybody_reads_them(client):
    city = a_city()
    version = a_version(city.city, NINE)
    survey = a_survey(city.city, version, NINE, state=SurveyState.PLANNED)
    assert WORDS not in seen(client)
    survey.delete()
    a_survey(city.city, version, NINE, state=SurveyState.IN_FIELD)
    assert WORDS in seen(client)
    assert client.get(page("questionnaire_workbook", "residents", 1)).status_code == 200
    assert "居民满意度调查" in client.get(page("questionnaires")).content.decode()
    # Remarks and acts are its keepers' alone.
    assert "design/" not in seen(client)


def test_a_draft_is_nobodys_but_its_keepers(client):
    city = a_city()
    a_version(city.city, NINE, locked=False)
    for reader in (None, an_office(city.county, "county"), a_surveyor(city)):
        client.logout()
        if reader:
            client.force_login(reader)
        assert client.get(page("questionnaire", "residents", 1)).status_code == 404
        assert "/residents/1/" not in client.get(page("questionnaires")).content.decode()
    assert client.get(page("questionnaire", "residents", 9)).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    client, office, django_assert_max_num_queries
):
    city = a_city()
    a_version(city.city, NINE)
    client.get(page("questionnaires"))
    for n in range(5):
        a_version(city.city, NINE, code=f"more{n}")
    with django_assert_max_num_queries(21):
        client.get(page("questionnaires"))


def test_scales_are_shown_from_either_end_and_in_both_languages(client, office):
    a_version(a_city().city, NINE)
    address = page("questionnaire", "residents", 1)
    straight = client.get(address, {"in": "zh"}).content.decode()
    turned = client.get(address, {"in": "zh", "turned": "1"}).content.decode()
    at = straight.index(WORDS)
    assert straight.index("非常满意", at) < straight.index("很不满意", at)
    at = turned.index(WORDS)
    assert turned.index("很不满意", at) < turned.index("非常满意", at)
    english = client.get(address, {"in": "en"}).content.decode()
    assert "How is your estate?" in english


def test_a_draft_is_made_by_forms_alone_and_locked(client, office):
    city = a_city()
    begun = client.post(
        page("questionnaire_new"), {"code": "clerk", "title_zh": "问卷", "owner": city.city.pk}
    )
    assert begun.status_code == 302
    draft = QuestionnaireVersion.objects.get()

    def save(name: str, *args: object, **data: object):
        draft.refresh_from_db()
        answer = client.post(page(name, "clerk", 1, *args), {"was": draft.digest, **data})
        assert answer.status_code == 302, answer.content.decode()
        draft.refresh_from_db()

    save("design_head", title_zh="居民问卷", title_en="Residents", flips="on")
    save("design_block_new", title_zh="办事", code="services")
    address = page("design_question_new", "clerk", 1, "services")
    assert "kind=one" in client.get(address).content.decode()
    rows = {
        "answers-TOTAL_FORMS": "3", "answers-INITIAL_FORMS": "0",
        "answers-0-text_zh": "没打过", "answers-0-place": "2",
        "answers-1-text_zh": "打过", "answers-1-place": "1", "answers-1-code": "called",
        "answers-2-text_zh": "",
    }  # fmt: skip
    asked = {"text_zh": "您打过 12345 吗？", "block": "services", "code": "used", **rows}
    draft.refresh_from_db()
    answer = client.post(address + "?kind=one", {"was": draft.digest, **asked})
    assert answer.status_code == 302, answer.content.decode()
    draft.refresh_from_db()
    made = draft.document["blocks"][-1]["questions"][0]
    assert [each["code"] for each in made["options"]] == ["called", "a1"]
    answer = client.post(
        address + "?kind=scale",
        {"was": draft.digest, "text_zh": "您对结果满意吗？", "block": "services",
         "scale": "satisfaction"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    save("design_condition", "q1", question="used", among=["called"])
    last = draft.document["blocks"][-1]["questions"]
    assert last[1]["only_if"] == [{"question": "used", "among": ["called"]}]
    assert last[0]["required"] is True
    save("design_act", act="block_up", part="services")
    save("design_act", act="question_up", part="q1")
    # The question it depends on may not come after it: told, and nothing changed.
    assert [q["code"] for q in draft.document["blocks"][1]["questions"]] == ["used", "q1"]
    assert "WARN" not in seen(client, code="clerk")
    assert client.post(page("questionnaire_lock", "clerk", 1)).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "LOCKED"
    assert client.get(page("design_head", "clerk", 1)).status_code == 409


def test_what_is_wrong_in_a_form_is_told_and_nothing_is_lost(client, office):
    version = a_version(a_city().city, NINE, locked=False)
    rows = {"answers-TOTAL_FORMS": "1", "answers-INITIAL_FORMS": "0",
            "answers-0-text_zh": "好", "answers-0-score": "50"}  # fmt: skip
    answer = client.post(
        page("design_scale_new", "residents", 1), {"was": version.digest, "code": "new", **rows}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="好"' in text
    version.refresh_from_db()
    assert version.document == DOCUMENT


def test_remarks_stand_beside_their_question(client, office):
    document = {**DOCUMENT, "title": {"zh": "只有中文"}}
    a_version(a_city().city, NINE, document=document, locked=False)
    assert 'class="remarks"' in seen(client)


def test_a_file_is_brought_in_or_its_faults_are_listed(client, office):
    def sent(content: bytes, name: str):
        return client.post(
            page("questionnaire_import"), {"table": SimpleUploadedFile(name, content)}
        )

    assert sent(TINY.encode(), "q.yaml").status_code == 302
    version = QuestionnaireVersion.objects.get()
    commands.lock_version(version_id=version.pk, actor=None, at=NINE)
    workbook = xlsforms.workbook("residents", "1", DOCUMENT)
    assert sent(workbook, "q.xlsx").status_code == 302
    assert QuestionnaireVersion.objects.count() == 2
    wrong = sent(TINY.replace("headline: overall", "headline: sex").encode(), "q.yaml")
    assert wrong.status_code == 422
    assert "headline" in wrong.content.decode()
    assert sent(b"\xff\xfe\x00", "q.yaml").status_code == 422
    difference = seen(client, "questionnaire_diff", number=2)
    assert "counters" in difference


def test_the_text_of_a_draft_is_changed_as_yaml(client, office):
    version = a_version(a_city().city, NINE, locked=False)
    address = page("design_text", "residents", 1)
    text = client.get(address).content.decode()
    assert "您对小区环境满意吗" in text
    answer = client.post(address, {"text": TINY, "was": version.digest})
    assert answer.status_code == 302
    answer = client.post(address, {"text": TINY.replace("headline: overall", "headline: sex")})
    assert answer.status_code == 422
    answer = client.post(address, {"text": TINY.replace("code: residents", "code: others")})
    assert answer.status_code == 409


def test_a_copy_is_a_draft_of_the_next_version(client, office):
    a_version(a_city().city, NINE)
    answer = client.post(page("questionnaire_copy", "residents", 1), {"code": ""})
    assert answer.headers["Location"] == page("questionnaire", "residents", 2)


def test_whoever_acts_for_a_unit_does_not_read_them_beforehand(client, office):
    a_version(a_city().city, NINE)
    assert WORDS in seen(client)
    a_member(office, a_unit())
    assert WORDS not in seen(client)
