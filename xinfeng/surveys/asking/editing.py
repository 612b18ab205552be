"""Small changes to the document of a questionnaire, as the designer's forms make them.

Each gives back a new document and leaves the old one as it was. What others depend on becomes a
question that has to be answered, so that nobody has to remember it.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from .bank import Kind

Said = dict[str, Any]
Change = Callable[[Said], None]


def starting(title: Mapping[str, str], question: Mapping[str, str]) -> Said:
    """What a questionnaire begins with: the usual scale, a question that sums up, sex, age."""
    return {
        "title": dict(title),
        "headline": "overall",
        "flips": True,
        "margins": {"sex": "sex", "age": "age"},
        "scales": [_USUAL_SCALE],
        "blocks": [
            {
                "code": "in_all",
                "title": {"zh": "总体评价", "en": "All in all"},
                "questions": [
                    {
                        "code": "overall", "kind": Kind.SCALE.value,
                        "text": dict(question), "scale": "satisfaction",
                    },
                ],
            },
            {
                "code": "you",
                "title": {"zh": "您的情况", "en": "About you"},
                "questions": [_SEX, _AGE],
            },
        ],
    }  # fmt: skip


def with_head(document: Said, head: Mapping[str, Any]) -> Said:
    """Title, welcome, thanks and whether scales are turned; what says nothing goes."""
    changed = deepcopy(document)
    for key, value in head.items():
        if value:
            changed[key] = value
        else:
            changed.pop(key, None)
    return changed


def with_block(document: Said, code: str, said: Said) -> Said:
    """A block under its new code; one that was not there yet comes last."""
    changed = deepcopy(document)
    found = block_of(changed, code)
    if found is None:
        changed["blocks"].append({**said, "questions": []})
    else:
        kept = found["questions"]
        found.clear()
        found.update(said, questions=kept)
    return changed


def with_scale(document: Said, code: str, said: Said) -> Said:
    changed = deepcopy(document)
    scales = changed.setdefault("scales", [])
    position = next((i for i, each in enumerate(scales) if each["code"] == code), None)
    if position is None:
        scales.append(said)
        return changed
    scales[position] = said
    for question in _questions(changed):
        if question.get("scale") == code:
            question["scale"] = said["code"]
    return settled(changed)


def with_question(
    document: Said, block: str, code: str, said: Said, *, margin: str = "",
    headline: bool = False,
) -> Said:  # fmt: skip
    """A question in its block; under another code all that names it follows."""
    changed = deepcopy(document)
    home = block_of(changed, block)
    assert home is not None
    former = _home_of(changed, code)
    if former is None:
        home["questions"].append(said)
    else:
        position = _position(former["questions"], code)
        if former is home:
            home["questions"][position] = said
        else:
            del former["questions"][position]
            home["questions"].append(said)
    _renamed(changed, code, said["code"])
    _weighted(changed, said["code"], margin)
    if headline:
        changed["headline"] = said["code"]
    elif changed.get("headline") == said["code"]:
        del changed["headline"]
    return settled(changed)


def without_question(document: Said, code: str) -> Said:
    """It goes, and with it that it weighed, screened or led; who depends on it is told."""
    changed = deepcopy(document)
    for block in changed["blocks"]:
        block["questions"] = [each for each in block["questions"] if each["code"] != code]
    _weighted(changed, code, "")
    changed["screening"] = [
        each for each in changed.get("screening", []) if each["question"] != code
    ]
    if changed.get("headline") == code:
        del changed["headline"]
    return changed


def without_block(document: Said, code: str) -> Said:
    changed = deepcopy(document)
    found = block_of(changed, code)
    for question in list(found["questions"]) if found else []:
        changed = without_question(changed, question["code"])
    changed["blocks"] = [each for each in changed["blocks"] if each["code"] != code]
    return changed


def without_scale(document: Said, code: str) -> Said:
    changed = deepcopy(document)
    changed["scales"] = [each for each in changed.get("scales", []) if each["code"] != code]
    return changed


def moved_question(document: Said, code: str, by: int) -> Said:
    """One place up or down; beyond the edge of its block into the next one."""
    changed = deepcopy(document)
    home = _home_of(changed, code)
    if home is None:
        return changed
    position = _position(home["questions"], code)
    to = position + by
    if 0 <= to < len(home["questions"]):
        home["questions"].insert(to, home["questions"].pop(position))
        return changed
    blocks = changed["blocks"]
    beside = blocks.index(home) + by
    if 0 <= beside < len(blocks):
        there = blocks[beside]["questions"]
        there.insert(0 if by > 0 else len(there), home["questions"].pop(position))
    return changed


def moved_block(document: Said, code: str, by: int) -> Said:
    changed = deepcopy(document)
    blocks = changed["blocks"]
    position = next((i for i, each in enumerate(blocks) if each["code"] == code), None)
    if position is not None and 0 <= position + by < len(blocks):
        blocks.insert(position + by, blocks.pop(position))
    return changed


def with_condition(document: Said, code: str, question: str, among: list[str]) -> Said:
    """Asked only of those who answered so; "" is the whole questionnaire: who is asked at all.

    A second choice of answers to the same question replaces the first.
    """
    changed = deepcopy(document)
    holder = question_of(changed, code) if code else changed
    assert holder is not None
    key = "only_if" if code else "screening"
    kept = [each for each in holder.get(key, []) if each["question"] != question]
    if among:
        kept.append({"question": question, "among": among})
    holder[key] = kept
    return settled(changed)


def settled(document: Said) -> Said:
    """Whatever weighs, screens or leads on has to be answered."""
    asked = {each["question"] for each in document.get("screening", [])}
    asked |= set(document.get("margins", {}).values())
    for question in _questions(document):
        asked |= {each["question"] for each in question.get("only_if", [])}
    for question in _questions(document):
        if question["code"] in asked:
            question["required"] = True
    return document


def is_needed(document: Said, code: str) -> bool:
    """Whether something depends on its being answered."""
    bare = deepcopy(document)
    for question in _questions(bare):
        question.pop("required", None)
    found = question_of(settled(bare), code)
    return bool(found and found.get("required"))


def earlier_than(document: Said, code: str) -> list[Said]:
    """Questions whose answers may decide whether this one is asked; none rotates with it."""
    found: list[Said] = []
    for block in document["blocks"]:
        own: list[Said] = []
        for question in block["questions"]:
            if question["code"] == code:
                return found if block.get("rotates") else found + own
            if question["kind"] in (Kind.SCALE, Kind.ONE, Kind.SEVERAL):
                own.append(question)
        found += own
    return found


def answers_of(document: Said, question: Said) -> list[Said]:
    scales = {each["code"]: each for each in document.get("scales", [])}
    source: Said = scales.get(question.get("scale", ""), question)
    return list(source.get("options", []))


def free_code(document: Said, start: str) -> str:
    """A code nobody has used yet: q7, block2."""
    taken = {each["code"] for each in [*document["blocks"], *document.get("scales", [])]}
    taken |= {each["code"] for each in _questions(document)}
    return next(made for n in range(1, 1000) if (made := f"{start}{n}") not in taken)


def question_of(document: Said, code: str) -> Said | None:
    return next((each for each in _questions(document) if each["code"] == code), None)


def block_of(document: Said, code: str) -> Said | None:
    return next((each for each in document["blocks"] if each["code"] == code), None)


def scale_of(document: Said, code: str) -> Said | None:
    return next((each for each in document.get("scales", []) if each["code"] == code), None)


def home_of(document: Said, code: str) -> str:
    """The block a question stands in."""
    found = _home_of(document, code)
    return found["code"] if found else ""


def _home_of(document: Said, code: str) -> Said | None:
    return next(
        (
            block
            for block in document["blocks"]
            if any(each["code"] == code for each in block["questions"])
        ),
        None,
    )


def _position(questions: list[Said], code: str) -> int:
    return next(i for i, each in enumerate(questions) if each["code"] == code)


def _questions(document: Said) -> Iterator[Said]:
    for block in document["blocks"]:
        yield from block["questions"]


def _renamed(document: Said, old: str, new: str) -> None:
    if not old or old == new:
        return
    conditions = [*document.get("screening", [])]
    for question in _questions(document):
        conditions += question.get("only_if", [])
    for condition in conditions:
        if condition["question"] == old:
            condition["question"] = new
    if document.get("headline") == old:
        document["headline"] = new
    document["margins"] = {
        key: new if code == old else code for key, code in document.get("margins", {}).items()
    }


def _weighted(document: Said, code: str, margin: str) -> None:
    """The margin that a question tells; none where it tells none any more."""
    margins = {key: kept for key, kept in document.get("margins", {}).items() if kept != code}
    if margin:
        margins[margin] = code
    document["margins"] = margins


def _step(code: str, zh: str, en: str, **more: Any) -> Said:
    return {"code": code, "text": {"zh": zh, "en": en}, **more}


_USUAL_SCALE: Said = {
    "code": "satisfaction",
    "options": [
        _step("very", "非常满意", "Very satisfied", score=100, satisfied=True),
        _step("quite", "满意", "Satisfied", score=80, satisfied=True),
        _step("fairly", "基本满意", "Fairly satisfied", score=60, satisfied=True),
        _step("not", "不满意", "Dissatisfied", score=30),
        _step("not_at_all", "很不满意", "Very dissatisfied", score=0),
        _step("cannot_say", "说不清", "Cannot say", no_opinion=True),
    ],
}
_SEX: Said = {
    "code": "sex", "kind": Kind.ONE.value,
    "text": {"zh": "您的性别是？", "en": "What is your sex?"},
    "required": True, "options": [_step("f", "女", "Female"), _step("m", "男", "Male")],
}  # fmt: skip
_AGE: Said = {
    "code": "age", "kind": Kind.ONE.value,
    "text": {"zh": "您的年龄是？", "en": "How old are you?"},
    "required": True,
    "options": [
        _step("a18_29", "18 至 29 岁", "18 to 29"),
        _step("a30_44", "30 至 44 岁", "30 to 44"),
        _step("a45_59", "45 至 59 岁", "45 to 59"),
        _step("a60_65", "60 至 65 岁", "60 to 65"),
    ],
}  # fmt: skip
