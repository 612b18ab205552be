"""Titles as an office writes them."""

import numpy as np

from xinfeng.activities.models import Activity, ActivityState

from . import days
from .activities import HELD, Activities, Grounds
from .copy_binary import coded
from .loading import Loader
from .scale import Chance

_FORMS = [
    "{where}开展{what}志愿服务活动",
    "“{brand}”{what}走进{where}",
    "{where}{what}志愿服务",
    "{what}进万家——{where}志愿服务行动",
    "{where}志愿者开展{what}活动",
    "{season}{what}志愿服务（{where}）",
]
_SEASONS = [
    "新春",
    "春季",
    "春季",
    "清明",
    "五月",
    "夏季",
    "暑期",
    "暑期",
    "金秋",
    "国庆",
    "冬季",
    "岁末",
]
_STATES = [ActivityState.HELD, ActivityState.ANNOUNCED, ActivityState.CALLED_OFF]
_ALPHABET = np.array(list("23456789ABCDEFGHJKMNPQRSTVWXYZ"))


def load(loader: Loader, activities: Activities, on: Grounds, chance: Chance) -> None:
    rng = chance("titles")
    held = np.where(activities.state == HELD, activities.day, days.NEVER)
    loader.add(
        Activity,
        {
            "id": np.arange(1, len(activities) + 1),
            "code": _codes(len(activities), rng),
            "title": _titles(activities, on, rng),
            "category_id": activities.category + 1,
            "project_id": _or_none(activities.project),
            "programme_id": _or_none(activities.programme),
            "team_id": _or_none(activities.team),
            "place_id": _or_none(activities.place),
            "division_id": activities.divisions,
            "leader_id": activities.leader + 1,
            "state": coded(activities.state.astype(np.uint8), [s.value for s in _STATES]),
            "held_on": held.astype("M8[D]"),
            "recorded_on": activities.recorded,
        },
    )


def _or_none(index: np.ndarray) -> np.ma.MaskedArray:
    return np.ma.array(index + 1, mask=index < 0)


def _codes(n: int, rng: np.random.Generator) -> list[str]:
    """Short and not to be guessed, each once: a shuffled number behind random letters."""
    letters = _ALPHABET[rng.integers(0, len(_ALPHABET), (n, 6))]
    tails = rng.permutation(n)
    return [
        "".join(row) + f"{tail:06}" for row, tail in zip(letters.tolist(), tails, strict=True)
    ]


def _titles(activities: Activities, on: Grounds, rng: np.random.Generator) -> list[str]:
    terms, programmes = on.ground.pack.categories, on.ground.pack.programmes
    forms = rng.integers(0, len(_FORMS), len(activities)).tolist()
    months = (activities.day.astype("M8[M]").astype(int) % 12).tolist()
    names = {
        int(code): name for code, name in zip(on.ground.codes, on.ground.names, strict=True)
    }
    titles = []
    rows = zip(
        forms, months, activities.category.tolist(), activities.programme.tolist(),
        activities.place.tolist(), activities.divisions.tolist(), strict=True,
    )  # fmt: skip
    for form, month, category, programme, place, division in rows:
        # A quotation needs a programme to quote.
        form = 0 if form == 1 and programme < 0 else form
        titles.append(
            _FORMS[form].format(
                where=on.places.short[place] if place >= 0 else names[division],
                what=terms[category].name,
                season=_SEASONS[month],
                brand=programmes[programme].name if programme >= 0 else "",
            )
        )
    return titles
