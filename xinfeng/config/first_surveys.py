"""Surveys of a demo: three years worked out and published, and one in the field to play with.

What people answered is simulated; weights, numbers, draws and publications are made by the same
commands as an office uses, on the days on which it would have used them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import perf_counter
from uuid import UUID
from zlib import crc32

import numpy as np

from xinfeng.base import clock, scope
from xinfeng.people import commands as people
from xinfeng.people.models import Grant, Person, Role
from xinfeng.simulate import survey_sheets
from xinfeng.surveys import commands, framing
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.commands import NewSample, NewSurvey
from xinfeng.surveys.models import (
    DayPart,
    Disposition,
    Frame,
    Mode,
    QuestionnaireVersion,
    SampleUnit,
    Survey,
    Surveyor,
    SurveyState,
    VersionState,
)
from xinfeng.surveys.queries.samples import web_codes
from xinfeng.surveys.sent import Sheet
from xinfeng.surveys.told import SERIES
from xinfeng.units.queries import units_of

Say = Callable[[str], None]
# From the last day of the field to the day on which the numbers come out.
_WORKED_OUT = timedelta(days=30)
_PLANNED, _DRAWN, _BEGAN = timedelta(days=14), timedelta(days=9), timedelta(days=4)
_LASTS = timedelta(days=28)
_EACH, _COMMUNITIES_EACH = 10, 6
# So many households have been seen, and so many have written; the others wait.
_VISITS, _LETTERS = 32, 16
_SIGNED_IN = "surveyor"
_OUTCOMES = [
    Disposition.COMPLETE, Disposition.NOT_AT_HOME, Disposition.REFUSAL, Disposition.VACANT,
]  # fmt: skip
_OF_OUTCOMES = [0.66, 0.22, 0.08, 0.04]


@dataclass(frozen=True)
class Letter:
    """A household that has not answered yet: what stands in its letter."""

    code: str


def hold(city: int, say: Say) -> Letter | None:
    """Nothing where nobody was asked, or nobody of the office may run a survey."""
    office = _office(city)
    if office is None:
        return None
    started = perf_counter()
    with scope.whole_city():
        closed = list(Survey.objects.filter(state=SurveyState.CLOSED).order_by("year"))
    for each in closed:
        _publish(each, office)
    letter = _begin(city, office)
    if closed:
        seconds = perf_counter() - started
        say(f"published {len(closed)} surveys, one is in the field: {seconds:.1f} s")
    return letter


def _publish(survey: Survey, office: Person) -> None:
    assert survey.closed_at is not None, "only what is closed is worked out"
    at: datetime = min(survey.closed_at + _WORKED_OUT, clock.now())
    for sample in survey.samples.order_by("pk"):
        commands.report_integrity(sample_id=sample.pk, seed=survey.year, actor=office, at=at)
        commands.estimate_sample(sample_id=sample.pk, actor=office, at=at)
    commands.publish_survey(survey_id=survey.pk, actor=office, at=at)


def _begin(city: int, office: Person) -> Letter | None:
    """Planned, drawn, opened, and a few days old; none without a list and its questions."""
    frame = Frame.objects.filter(division_id=city).order_by("-as_of").first()
    locked = QuestionnaireVersion.objects.filter(state=VersionState.LOCKED)
    version = locked.order_by("-pk").first()
    if frame is None or version is None:
        return None
    now = clock.now()
    survey = commands.plan_survey(
        new=_new(city, frame, version, now), actor=office, at=now - _PLANNED,
        secret=sha256(b"demo survey").hexdigest()[:32],
    )  # fmt: skip
    commands.draw_survey(survey_id=survey.pk, dice="4 1 6 2 2", actor=office, at=now - _DRAWN)
    count = max(1, -(-_communities(frame) // _COMMUNITIES_EACH))
    asking = _surveyors(city, office, count, now - _DRAWN)
    commands.name_surveyors(survey_id=survey.pk, people=asking, actor=office, at=now - _DRAWN)
    found = commands.open_survey(survey_id=survey.pk, actor=office, at=now - _BEGAN)
    chance = np.random.default_rng(crc32(found.code.encode()))
    _visit(found, now, chance)
    return _write(found, now, chance)


def _new(city: int, frame: Frame, version: QuestionnaireVersion, now: datetime) -> NewSurvey:
    since = clock.local_date(now - _BEGAN)
    samples = tuple(
        NewSample(
            mode=mode, communities=_communities(frame), per_community=_EACH,
            is_headline=mode == Mode.HOUSEHOLD,
        )
        for mode in (Mode.HOUSEHOLD, Mode.WEB_CODE)
    )  # fmt: skip
    return NewSurvey(
        code=f"S{since.year}", name=f"{since.year} 年居民满意度调查",
        name_en=f"Survey of residents {since.year}", questionnaire_version_id=version.pk,
        division_id=city, since=since, until=since + _LASTS, year=since.year, samples=samples,
        frame_id=frame.pk, series=SERIES,
    )  # fmt: skip


def _communities(frame: Frame) -> int:
    """Two of each stratum, which is the least that has an error."""
    strata = framing.strata_of(frame)
    return sum(min(2, each.communities) for each in strata)


def _surveyors(city: int, office: Person, count: int, at: datetime) -> list[int]:
    """Whoever surveys, and as many as are wanted besides of those who did in other years."""
    with scope.whole_city():
        known = list(
            Grant.objects.filter(role=Role.SURVEYOR, starts_on__lte=clock.local_date(at))
            .order_by("pk")
            .values_list("person_id", flat=True)
        )
        before = Surveyor.objects.exclude(person__in=known).order_by("person_id")
        more = [
            pk
            for pk in before.values_list("person_id", flat=True).distinct()
            if not units_of(pk)
        ][: max(0, count - len(known))]
    for pk in more:
        people.grant(person_id=pk, role=Role.SURVEYOR, division_id=city, actor=office, at=at)
    return [*known, *more][: max(1, count)]


def _visit(survey: Survey, now: datetime, chance: np.random.Generator) -> None:
    """The first households of every surveyor but the one who signs in, who has few behind."""
    with scope.whole_city():
        rows = list(
            SampleUnit.objects.filter(sample__survey=survey, sample__mode=Mode.HOUSEHOLD)
            .select_related("person")
            .order_by("person_id", "code")
        )
    sent: dict[int, list[SampleUnit]] = {}
    for row in rows:
        sent.setdefault(row.person_id or 0, []).append(row)
    each = max(1, _VISITS // max(1, len(sent)))
    seen = [
        row
        for own in sent.values()
        for row in own[: 3 if own[0].person and own[0].person.username == _SIGNED_IN else each]
    ]
    sheets = _sheets(survey, len(seen), chance)
    outcomes = chance.choice(len(_OUTCOMES), len(seen), p=_OF_OUTCOMES)
    for row, outcome, sheet in zip(seen, outcomes.tolist(), sheets, strict=True):
        _try(row, _OUTCOMES[outcome], sheet, now, chance)


def _try(
    row: SampleUnit, outcome: Disposition, sheet: Sheet, now: datetime,
    chance: np.random.Generator,
) -> None:  # fmt: skip
    assert row.person is not None, "households at the door have somebody who comes"
    at = now - timedelta(hours=int(chance.integers(1, 24 * (_BEGAN.days - 1))))
    key, on = UUID(bytes=chance.bytes(16), version=4), clock.local_date(at)
    if outcome == Disposition.COMPLETE:
        commands.interview(
            unit_code=row.code, key=key, sheet=sheet, on=on, part=DayPart.EVENING,
            actor=row.person, at=at,
        )  # fmt: skip
    else:
        commands.record_attempt(
            unit_id=row.pk, key=key, disposition=outcome, on=on, part=DayPart.AFTERNOON,
            actor=row.person, at=at,
        )  # fmt: skip


def _write(survey: Survey, now: datetime, chance: np.random.Generator) -> Letter | None:
    """Some answer by the code in their letter; the letter of one who has not yet."""
    with scope.whole_city():
        codes = sorted(web_codes(survey.samples.get(mode=Mode.WEB_CODE)).values())
    written = codes[: min(_LETTERS, len(codes) // 2)]
    for code, sheet in zip(written, _sheets(survey, len(written), chance), strict=True):
        at = now - timedelta(minutes=int(chance.integers(10, 3 * 24 * 60)))
        commands.answer_by_code(code=code, sheet=sheet, at=at)
    return Letter(codes[len(written)]) if len(codes) > len(written) else None


def _sheets(survey: Survey, count: int, chance: np.random.Generator) -> Sequence[Sheet]:
    bank = bank_of(survey.questionnaire.document)
    made = survey_sheets.made(
        bank, survey.year, np.arange(count) // _EACH, np.ones(count, np.bool_), chance
    )
    return [
        Sheet(
            answers=answers, language=language, arrangement=int(arrangement),
            seconds=int(chance.integers(150, 500)), adults=int(chance.integers(1, 5)),
        )
        for answers, language, arrangement in zip(
            made.answers, made.language, made.arrangement, strict=True
        )
    ]  # fmt: skip


def _office(city: int) -> Person | None:
    """Somebody of the city office who acts for no unit."""
    with scope.whole_city():
        grants = Grant.objects.filter(role=Role.CITY_OFFICE, division_id=city)
        for grant in grants.select_related("person").order_by("pk"):
            if not units_of(grant.person_id):
                return grant.person
    return None
