"""A small survey as rows: what tests of one part need of the others."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from xinfeng.base import canonical, codes, short_code
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.surveys.models import (
    Frame,
    FrameCommunity,
    Mode,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    Sample,
    SampleCommunity,
    SampleUnit,
    Stratum,
    Survey,
    SurveyState,
    VersionState,
)

SECRET = "a secret half of a seed"


def step(code: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "text": {"zh": zh, "en": en}, **more}


SATISFACTION = {
    "code": "satisfaction",
    "options": [
        step("very", "非常满意", "Very satisfied", score=100, satisfied=True),
        step("quite", "满意", "Satisfied", score=80, satisfied=True),
        step("fairly", "基本满意", "Fairly satisfied", score=60, satisfied=True),
        step("not", "不满意", "Not satisfied", score=30),
        step("not_at_all", "很不满意", "Not at all satisfied", score=0),
        step("cannot_say", "说不清", "Cannot say", no_opinion=True),
    ],
}


def scaled(code: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    text = {"zh": zh, "en": en}
    return {"code": code, "kind": "scale", "scale": "satisfaction", "text": text, **more}


def chosen(code: str, zh: str, en: str, **options: str) -> dict[str, Any]:
    return {
        "code": code, "kind": "one", "text": {"zh": zh, "en": en}, "required": True,
        "options": [step(key, word, key) for key, word in options.items()],
    }  # fmt: skip


# Two satisfactions, one asked only of users, and the margins.
DOCUMENT: dict[str, Any] = {
    "title": {"zh": "居民满意度调查", "en": "Survey of residents"},
    "headline": "overall",
    "flips": True,
    "margins": {"sex": "sex", "age": "age"},
    "scales": [SATISFACTION],
    "blocks": [
        {
            "code": "living", "title": {"zh": "居住环境", "en": "Where you live"},
            "rotates": True,
            "questions": [
                scaled("estate", "您对小区环境满意吗？", "How is your estate?"),
                scaled("safety", "您对社会治安满意吗？", "How satisfied are you with safety?"),
            ],
        },
        {
            "code": "services", "title": {"zh": "办事", "en": "Services"},
            "questions": [
                chosen(
                    "used_hotline", "您打过 12345 吗？", "Did you call 12345?",
                    yes="打过", no="没打过",
                ),
                scaled(
                    "hotline", "您对办理结果满意吗？",
                    "How satisfied were you with the result?",
                    only_if=[{"question": "used_hotline", "among": ["yes"]}],
                ),
                scaled("overall", "总的来说，您满意吗？", "All in all, how satisfied are you?"),
            ],
        },
        {
            "code": "you", "title": {"zh": "您的情况", "en": "About you"},
            "questions": [
                chosen("sex", "您的性别", "Your sex", f="女", m="男"),
                chosen("age", "您的年龄", "Your age", a18_39="18–39 岁", a40_65="40–65 岁"),
            ],
        },
    ],
}  # fmt: skip


def digest_of(document: Mapping[str, Any]) -> str:
    return sha256(canonical.canonical(document)).hexdigest()


def a_version(
    city: Division, at: datetime, by: Person | None = None,
    document: dict[str, Any] = DOCUMENT, code: str = "residents", *, locked: bool = True,
) -> QuestionnaireVersion:  # fmt: skip
    kept, _made = Questionnaire.objects.get_or_create(
        code=code, defaults={"owner": city, "created_by": by, "created_at": at}
    )
    return QuestionnaireVersion.objects.create(
        questionnaire=kept, number=kept.versions.count() + 1, document=document,
        digest=digest_of(document), created_by=by, created_at=at, changed_at=at,
        state=VersionState.LOCKED if locked else VersionState.DRAFT,
        locked_by=by if locked else None, locked_at=at if locked else None,
    )  # fmt: skip


def a_frame(
    city: Division, villages: Mapping[int, int], at: datetime, *,
    rural: frozenset[int] = frozenset(),
) -> Frame:  # fmt: skip
    """Villages with so many households each; urban but for those named."""
    frame = Frame.objects.create(
        code=short_code.new(8), name="2022 年户数", division=city, as_of=date(2022, 1, 1),
        digest="0" * 64, communities=len(villages), households=sum(villages.values()),
        made_at=at,
    )  # fmt: skip
    FrameCommunity.objects.bulk_create(
        FrameCommunity(
            frame=frame, division_id=code, is_urban=code not in rural, households=size
        )
        for code, size in villages.items()
    )
    return frame


def a_survey(
    city: Division, version: QuestionnaireVersion, at: datetime, *, frame: Frame | None = None,
    state: SurveyState = SurveyState.IN_FIELD, year: int = 2022, series: str = "residents",
) -> Survey:  # fmt: skip
    """In the field unless another state is wanted; its times follow from the state."""
    opened = state in (SurveyState.IN_FIELD, SurveyState.CLOSED, SurveyState.PUBLISHED)
    drawn = frame is not None and (opened or state == SurveyState.DRAWN)
    over = state in (SurveyState.CLOSED, SurveyState.PUBLISHED)
    return Survey.objects.create(
        code=short_code.new(8), name=f"{year} 年满意度调查", series=series, year=year,
        questionnaire=version, division=city, since=at.date(), until=at.date() + timedelta(30),
        frame=frame, secret=SECRET, commitment=sha256(SECRET.encode()).hexdigest(),
        dice="3 5 1" if drawn else "", drawn_at=at if drawn else None, state=state,
        planned_at=at,
        opened_at=at if opened else None, closed_at=at if over else None,
        published_at=at if state == SurveyState.PUBLISHED else None,
    )  # fmt: skip


def a_sample(survey: Survey, mode: Mode = Mode.HOUSEHOLD, per_community: int = 5) -> Sample:
    """Drawn: every community of the frame with certainty but the last of each stratum."""
    sample = Sample.objects.create(
        survey=survey, mode=mode, is_headline=mode == Mode.HOUSEHOLD,
        communities=1, per_community=per_community,
    )  # fmt: skip
    assert survey.frame is not None
    for listed in survey.frame.listed.order_by("division_id"):
        county = codes.span(listed.division_id, codes.Level.COUNTY)[0]
        key = f"{str(county)[:6]}-{'urban' if listed.is_urban else 'rural'}"
        stratum, _made = Stratum.objects.get_or_create(
            sample=sample, key=key,
            defaults={"county": county, "is_urban": listed.is_urban, "communities": 50,
                      "households": 50_000, "wanted": 2},
        )  # fmt: skip
        drawn = SampleCommunity.objects.create(
            sample=sample, stratum=stratum, division_id=listed.division_id,
            households=listed.households, taken=min(per_community, listed.households),
            chance_num=2 * listed.households, chance_den=50_000,
        )  # fmt: skip
        SampleUnit.objects.bulk_create(
            SampleUnit(sample=sample, community=drawn, division_id=survey.division_id,
                       code=short_code.new(10), number=number)
            for number in range(1, drawn.taken + 1)
        )  # fmt: skip
    return sample


def a_response(
    community: SampleCommunity, answers: Mapping[str, Any], on: date, **more: Any
) -> Response:
    sample = community.sample
    return Response.objects.create(
        id=uuid4(), sample=sample, community=community, division_id=sample.survey.division_id,
        county=community.stratum.county, answers=dict(answers), on=on, **{"adults": 2, **more},
    )  # fmt: skip
