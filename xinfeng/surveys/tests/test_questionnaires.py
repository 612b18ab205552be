"""A questionnaire from draft to locked words: who may, what is frozen, two at once."""

import copy

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import commands
from xinfeng.surveys.commands import BadQuestionnaire
from xinfeng.surveys.models import Questionnaire, QuestionnaireVersion, VersionState

from .at_once import at_once
from .build import DOCUMENT, digest_of
from .test_reading import TINY

pytestmark = pytest.mark.django_db


def a_draft(actor=None, code="asked", document=DOCUMENT) -> QuestionnaireVersion:
    return commands.new_questionnaire(
        code=code, owner_id=a_city().city.pk, document=document, actor=actor, at=NINE
    )


def other_words(zh: str = "您对小区满意吗？") -> dict:
    changed = copy.deepcopy(DOCUMENT)
    changed["blocks"][0]["questions"][0]["text"]["zh"] = zh
    return changed


def lock(version: QuestionnaireVersion) -> QuestionnaireVersion:
    return commands.lock_version(version_id=version.pk, actor=None, at=NINE)


def change(version, document, actor=None, **more):
    return commands.change_version(
        version_id=version.pk, document=document, actor=actor, at=NINE, **more
    )


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_draft_is_written_changed_and_locked_with_its_digest():
    office = an_office(a_city().city)
    draft = a_draft(office)
    changed = change(draft, other_words(), office)
    locked = commands.lock_version(version_id=draft.pk, actor=office, at=NINE)

    assert (changed.pk, locked.pk) == (draft.pk, draft.pk)
    assert locked.digest == digest_of(other_words())
    assert (locked.state, locked.locked_by, locked.locked_at) == ("LOCKED", office, NINE)
    assert verbs() == ["questionnaire.made", "questionnaire.changed", "questionnaire.locked"]
    assert Entry.objects.latest("pk").details["digest"] == locked.digest


def test_saying_the_same_again_changes_nothing():
    draft = a_draft()
    assert a_draft().pk == draft.pk
    change(draft, DOCUMENT)
    lock(draft)
    assert lock(draft).state == VersionState.LOCKED
    assert verbs() == ["questionnaire.made", "questionnaire.locked"]


def test_a_locked_version_never_changes():
    draft = lock(a_draft())
    with pytest.raises(Refusal, match="never changes"):
        change(draft, other_words())
    with pytest.raises(Refusal):
        draft.move_to(VersionState.DRAFT)
    draft.refresh_from_db()
    assert draft.document == DOCUMENT


def test_a_code_belongs_to_one_questionnaire():
    a_draft()
    with pytest.raises(Refusal, match="already"):
        a_draft(document=other_words())
    with pytest.raises(Refusal, match="small letters"):
        a_draft(code="Ä b")


def test_whoever_changed_the_draft_meanwhile_is_not_written_over():
    draft = a_draft()
    began = draft.digest
    change(draft, other_words("您满意吗？"), was=began)
    with pytest.raises(Refusal, match="meanwhile"):
        change(draft, other_words(), was=began)


def test_what_cannot_be_asked_is_refused_with_its_place():
    wrong = copy.deepcopy(DOCUMENT)
    wrong["headline"] = "sex"
    with pytest.raises(BadQuestionnaire) as told:
        a_draft(document=wrong)
    assert told.value.problems[0].where == "headline"
    assert not Questionnaire.objects.exists()


def test_an_unfinished_draft_is_kept_but_not_locked():
    draft = a_draft(document={"title": {"zh": "新问卷"}, "blocks": []})
    with pytest.raises(Refusal, match="No question is the headline"):
        lock(draft)


def test_a_copy_is_the_next_version_and_one_draft_stands_at_a_time():
    first = lock(a_draft())
    second = commands.copy_version(version_id=first.pk, actor=None, at=NINE)
    assert (second.number, second.state, second.digest) == (2, "DRAFT", first.digest)
    with pytest.raises(Refusal, match="still a draft"):
        commands.copy_version(version_id=first.pk, actor=None, at=NINE)
    other = commands.copy_version(version_id=first.pk, code="other", actor=None, at=NINE)
    assert (other.questionnaire.code, other.number) == ("other", 1)


def test_an_imported_text_is_a_draft_then_its_change_then_the_next_version():
    a_city()

    def taken(text: str) -> QuestionnaireVersion:
        return commands.import_questionnaire(text=text, actor=None, at=NINE)

    first = taken(TINY)
    assert taken(TINY).pk == first.pk
    changed = taken(TINY.replace("窗口服务", "窗口办事"))
    assert changed.pk == first.pk
    lock(changed)
    assert taken(TINY.replace("窗口服务", "窗口办事")).pk == first.pk
    assert taken(TINY).number == 2
    assert verbs() == [
        "questionnaire.made", "questionnaire.changed", "questionnaire.locked",
        "questionnaire.copied",
    ]  # fmt: skip


def test_a_text_that_is_wrong_tells_file_and_line():
    a_city()
    with pytest.raises(BadQuestionnaire, match=r"mine.yaml:\d+: headline"):
        commands.import_questionnaire(
            text=TINY.replace("headline: overall", "headline: sex"), source="mine.yaml",
            actor=None, at=NINE,
        )  # fmt: skip


def test_the_command_line_reads_a_file_and_locks_it(tmp_path, capsys):
    a_city()
    file = tmp_path / "q.yaml"
    file.write_text(TINY)
    call_command("import_questionnaire", file, "--lock")
    version = QuestionnaireVersion.objects.get()
    assert version.state == VersionState.LOCKED
    assert version.digest in capsys.readouterr().out
    file.write_text("code: [")
    with pytest.raises(CommandError, match=r"q\.yaml:1"):
        call_command("import_questionnaire", file)


def test_only_offices_over_the_whole_area_keep_questionnaires():
    city = a_city()
    draft = a_draft()
    county = an_office(city.county)
    surveyor = a_person("surveyor")
    a_grant(surveyor, Role.SURVEYOR, division=city.city)
    theirs = TINY.replace("code: residents", "code: asked")
    for stranger in (county, surveyor):
        for forbidden in (
            lambda actor: a_draft(actor, code="mine"),
            lambda actor: change(draft, other_words(), actor),
            lambda actor: commands.copy_version(version_id=draft.pk, actor=actor, at=NINE),
            lambda actor: commands.lock_version(version_id=draft.pk, actor=actor, at=NINE),
            lambda actor: commands.import_questionnaire(text=theirs, actor=actor, at=NINE),
        ):
            with pytest.raises(Forbidden):
                forbidden(stranger)
    own = commands.new_questionnaire(
        code="county", owner_id=city.county.pk, document=DOCUMENT, actor=county, at=NINE
    )
    assert own.questionnaire.owner_id == city.county.pk
    brought = commands.import_questionnaire(text=TINY, actor=county, at=NINE)
    assert brought.questionnaire.owner_id == city.county.pk
    with pytest.raises(Unknown):
        commands.lock_version(version_id=0, actor=county, at=NINE)


@pytest.mark.parametrize(
    "contradiction",
    [
        {"state": "LOCKED"}, {"locked_at": NINE}, {"digest": "not hex"}, {"number": 1},
    ],
)  # fmt: skip
def test_the_database_keeps_what_a_version_promises(contradiction):
    draft = a_draft()
    row = {
        "questionnaire": draft.questionnaire, "number": 2, "document": DOCUMENT,
        "digest": draft.digest, "created_at": NINE, "changed_at": NINE, **contradiction,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionnaireVersion.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_at_once_one_questionnaire_begins_and_one_copy_is_made():
    a_city()
    told = at_once(lambda: commands.import_questionnaire(text=TINY, actor=None, at=NINE))
    assert len({each.pk for each in told}) == 1
    first = lock(told[0])
    told = at_once(lambda: commands.copy_version(version_id=first.pk, actor=None, at=NINE))
    assert sum(isinstance(each, QuestionnaireVersion) for each in told) == 1
    assert QuestionnaireVersion.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_at_once_a_draft_is_locked_or_changed_but_never_after():
    draft = a_draft()
    acts = iter([lambda: lock(draft), *[lambda: change(draft, other_words())] * 3])
    at_once(lambda: next(acts)())
    draft.refresh_from_db()
    assert draft.state == VersionState.LOCKED
    assert draft.digest == digest_of(draft.document)
    said = verbs()
    assert said.count("questionnaire.locked") == 1
    assert "questionnaire.changed" not in said[said.index("questionnaire.locked") :]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_began_from_the_same_words_one_is_kept():
    draft = a_draft()
    words = iter(["您满意吗甲？", "您满意吗乙？", "您满意吗丙？", "您满意吗丁？"])
    told = at_once(lambda: change(draft, other_words(next(words)), was=draft.digest))
    assert sum(isinstance(each, QuestionnaireVersion) for each in told) == 1
