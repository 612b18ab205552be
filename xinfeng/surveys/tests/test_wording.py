"""Warnings beside a questionnaire: what is found, what is let be, and few false alarms."""

import copy

import pytest

from xinfeng.surveys.asking import bank_of, reading, wording
from xinfeng.surveys.asking.wording import About

from .build import DOCUMENT, scaled, step
from .test_reading import CITY, TINY


def signs(zh: str, en: str = "How satisfied are you?", **more) -> list[str]:
    return [each.sign for each in wording.remarks(bank_of(_asking(zh, en, **more)))]


def _asking(zh: str, en: str, **more) -> dict:
    document = copy.deepcopy(DOCUMENT)
    document["blocks"][0]["questions"][0] = scaled("estate", zh, en) | more
    document["welcome"] = document["thanks"] = {"zh": "您好", "en": "Hello"}
    return document


@pytest.mark.parametrize(
    ("zh", "sign"),
    [
        ("您对小区的卫生和治安满意吗？", "double"),
        ("您对教育、医疗的水平满意吗？", "double"),
        ("您对道路以及照明情况满意吗？", "double"),
        ("您了解志愿服务及文明实践吗？", "double"),
        ("您是否认同我市创建工作的显著成效？", "leading"),
        ("您对我市大力开展的绿化工作满意吗？", "leading"),
        ("您对不断提升的服务水平满意吗？", "leading"),
        ("难道您不满意吗？", "leading"),
        ("您是否不认为小区没有必要装灯？", "negatives"),
        ("您不反对不再收费吗？", "negatives"),
        ("窗口人员总是热情吗？", "absolute"),
        ("您对所有工作人员满意吗？", "absolute"),
        ("您对放管服改革满意吗？", "jargon"),
        ("您对网格化管理满意吗？", "jargon"),
        ("您对去年以来" + "本市公共场所" * 6 + "的卫生满意吗？", "long"),
    ],
)  # fmt: skip
def test_a_badly_put_chinese_question_is_remarked_upon(zh, sign):
    assert signs(zh) == [sign]


@pytest.mark.parametrize(
    ("en", "sign"),
    [
        ("How satisfied are you with the cleanliness and safety of the streets?", "double"),
        ("How satisfied are you with parks or playgrounds?", "double"),
        ("Do you agree that the city has become clean?", "leading"),
        ("How satisfied are you with the remarkable progress?", "leading"),
        ("Are you not dissatisfied with the estate?", "negatives"),
        ("Are clerks always polite?", "absolute"),
        ("How satisfied are you with grid management?", "jargon"),
    ],
)
def test_a_badly_put_english_question_is_remarked_upon(en, sign):
    assert signs("您满意吗？", en) == [sign]


@pytest.mark.parametrize(
    "zh",
    [
        "您对社区和谐氛围满意吗？",
        "您对学校与家长沟通的情况满意吗？",
        "您对办事的及时程度满意吗？",
        "您对志愿服务的参与方式满意吗？",
        "您对小区（村）的环境满意吗？",
        "您对未成年人活动场所满意吗？",
        "您对无障碍设施满意吗？",
        "您是不是满意？",
        "您对公交满意不满意？",
        "总的来说，您满意吗？",
    ],
)
def test_what_only_looks_like_trouble_is_let_be(zh):
    assert signs(zh) == []


def test_our_own_questions_raise_no_alarm():
    for text in ((CITY / "questionnaires/residents.yaml").read_text(), TINY):
        assert wording.remarks(reading.read(text).bank) == []


def test_a_remark_says_where_what_and_how_to_put_it_better():
    bank = bank_of(_asking("您对卫生和治安满意吗？", "How is it?"))
    (remark,) = wording.remarks(bank)
    assert (remark.about, remark.code) == (About.QUESTION, "estate")
    assert "卫生和治安" in remark.what
    assert "two questions" in remark.better


def test_an_unbalanced_scale_without_a_way_out_is_remarked_upon():
    document = _asking("您满意吗？", "Are you satisfied?")
    document["scales"][0]["options"] = [
        step("a", "非常满意", "Very", score=100, satisfied=True),
        step("b", "很满意", "Quite", score=80, satisfied=True),
        step("c", "满意", "Satisfied", score=60, satisfied=True),
        step("d", "不满意", "Not", score=0),
    ]
    assert [each.sign for each in wording.remarks(bank_of(document))] == [
        "unbalanced", "cannot_say",
    ]  # fmt: skip


def test_a_choice_wants_a_way_out_unless_one_of_its_answers_always_fits():
    options = [step(code, code, code) for code in "abc"]
    asked = {"kind": "several", "scale": "", "options": options}
    assert signs("您去过哪里？", **asked) == ["cannot_say"]
    out = [*options, step("none", "都没有", "None of them")]
    assert signs("您去过哪里？", **(asked | {"options": out})) == []


def test_missing_english_is_a_remark_and_no_mistake():
    document = _asking("您满意吗？", "")
    del document["blocks"][0]["questions"][0]["text"]["en"]
    (remark,) = wording.remarks(reading.checked(document).bank)
    assert remark.sign == "english"
    assert "您满意吗？" in remark.what


def test_a_very_long_questionnaire_and_an_unused_scale_are_remarked_upon():
    document = _asking("您满意吗？", "Are you satisfied?")
    document["scales"].append(dict(document["scales"][0], code="spare"))
    document["blocks"][0]["questions"] += [
        scaled(f"q{n}", "您对本市的交通秩序满意吗？", "Are you satisfied?") for n in range(50)
    ]
    found = wording.remarks(bank_of(document))
    assert [(each.about, each.sign) for each in found] == [
        (About.WHOLE, "long"), (About.SCALE, "unused"),
    ]  # fmt: skip
