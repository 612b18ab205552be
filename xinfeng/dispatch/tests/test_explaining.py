"""Why this person and why nobody, in words that a clerk can read out on the telephone."""

import pytest
from django.utils import translation

from xinfeng.dispatch import explaining
from xinfeng.dispatch.explaining import Why

TUESDAY = [["2022-07-19", 0]]
WEEK = [[f"2022-07-{day}", part] for day in range(18, 23) for part in (0, 1)]


def said(tongue, why, **details):
    with translation.override(tongue):
        return explaining.unserved(why, details)


@pytest.mark.parametrize(
    ("why", "details", "english", "chinese"),
    [
        (
            Why.NOBODY_FREE, {"qualifications": ["driver"], "km": 8, "when": TUESDAY},
            "No one with a driving licence within 8 km is free on Tuesday 19 July, morning.",
            "7月19日周二上午，8 公里内没有持机动车驾驶证且有空的志愿者。",
        ),
        (
            Why.NOBODY_FREE, {"km": 8, "when": WEEK},
            "No volunteer within 8 km is free from Monday 18 July to Friday 22 July.",
            "7月18日周一至7月22日周五，8 公里内没有有空的志愿者。",
        ),
        (
            Why.NOBODY_NEAR, {"skills": ["law"], "km": 8, "nearest_m": 12_340},
            "No one skilled in legal advice lives within 8 km; the nearest lives 12.3 km away.",
            "8 公里内没有会法律咨询的志愿者，最近的一位在 12.3 公里外。",
        ),
        (
            Why.NOBODY_ABLE,
            {"qualifications": ["electrician"], "language": "hengyang", "age": 18},
            "There is no one with an electrician's certificate, who knows Hengyang dialect,"
            " aged 18 or over in the area.",
            "本区域没有持电工证、会衡阳话、年满 18 岁的志愿者。",
        ),
        (
            Why.OTHERS_NEED_THEM, {"found": 1, "people": 3},
            "Only 1 of 3 people were found. Everyone who is near and free is needed for other"
            " orders.",
            "需 3 人，只找到 1 人。附近有空的志愿者都已安排给其他点单。",
        ),
        (
            Why.ALL_ASKED, {"asked": 2},
            "All 2 people who fit were asked already and cannot come.",
            "符合条件的 2 人都已问过，都来不了。",
        ),
    ],
)  # fmt: skip
def test_what_nobody_can_serve_says_why(why, details, english, chinese):
    assert said("en", why, **details) == english
    assert said("zh-hans", why, **details) == chinese


@pytest.mark.parametrize("why", list(Why))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_reason_has_words_with_the_least_that_is_known(why, language):
    assert said(language, why, km=8).endswith(("。", "."))


def test_a_proposal_says_what_speaks_for_the_person():
    why = {
        "metres": 1240, "qualifications": ["driver"], "language": "hengyang",
        "when": TUESDAY, "is_free": True, "load": 1, "rating": 470,
    }  # fmt: skip

    with translation.override("en"):
        english = explaining.proposal(why)
    with translation.override("zh-hans"):
        chinese = explaining.proposal(why)

    assert english == [
        "lives 1.2 km away", "holds a driving licence", "knows Hengyang dialect",
        "free on Tuesday 19 July, morning", "served 1 order in the last 90 days",
        "rated 4.7 of 5",
    ]  # fmt: skip
    assert chinese == [
        "住处相距 1.2 公里", "持机动车驾驶证", "会衡阳话", "7月19日周二上午有空",
        "近 90 天服务过 1 单", "评分 4.7（满分 5）",
    ]  # fmt: skip


def test_what_is_not_known_is_said_and_never_zero():
    why = {"metres": 40, "when": TUESDAY, "is_free": None, "load": 0, "rating": None}

    with translation.override("en"):
        phrases = explaining.proposal(why)

    assert phrases == [
        "lives 100 m away", "has not said when they are free",
        "served no order in the last 90 days", "not rated yet",
    ]  # fmt: skip
