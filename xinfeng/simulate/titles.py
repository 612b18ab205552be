"""Titles as an office writes them."""

import numpy as np

from xinfeng.activities.models import Activity, ActivityState
from xinfeng.base import workdays

from . import days, witness
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
_CONTENT = "{what}：按带队人分工参与现场服务，结束后清点物品。"
_CONDITIONS = "身体健康，能按时到场；未成年人由监护人同意。"
_RISKS = "户外活动，注意防暑、防滑和交通安全。"
_PROTECTION = "现场配备饮用水和急救包，统一购买志愿服务保险。"
_CONTACT = "带队人，经平台站内联系"
_MEETING = "活动地点门口"
_STATES = [ActivityState.HELD, ActivityState.ANNOUNCED, ActivityState.CALLED_OFF]
_ALPHABET = np.array(list("23456789ABCDEFGHJKMNPQRSTVWXYZ"))


def load(loader: Loader, activities: Activities, on: Grounds, chance: Chance) -> None:
    rng = chance("titles")
    held = np.where(activities.state == HELD, activities.day, days.NEVER)
    due = {day: workdays.after(day, 10) for day in set(activities.day.astype(object))}
    dues = np.array([due[day] for day in activities.day.astype(object)], dtype="M8[D]")
    columns = {
        "id": np.arange(1, len(activities) + 1),
        "code": np.array(_codes(len(activities), rng), dtype=object),
        "title": np.array(_titles(activities, on, rng), dtype=object),
        "category_id": activities.category + 1,
        "project_id": _or_none(activities.project),
        "programme_id": _or_none(activities.programme),
        "team_id": _or_none(activities.team),
        "place_id": _or_none(activities.place),
        "division_id": activities.divisions,
        "leader_id": activities.leader + 1,
        "state": np.array([s.value for s in _STATES], dtype=object)[activities.state],
        "held_on": held.astype("M8[D]"),
        "recorded_on": activities.recorded,
        "due_on": np.where(activities.state == HELD, dues, days.NEVER).astype("M8[D]"),
    }
    # What the law wants stated was not kept in the first years.
    old = int(np.searchsorted(activities.day[: activities.held], witness.SINCE))
    loader.add(Activity, {name: values[:old] for name, values in columns.items()})
    later = {name: values[old:] for name, values in columns.items()}
    loader.add(Activity, later | _stated(activities, on, slice(old, None)))


def _stated(activities: Activities, on: Grounds, part: slice) -> dict[str, object]:
    """What the law wants stated before anybody signs up, and where it is."""
    terms = [term.name for term in on.ground.pack.categories]
    kind = activities.category[part].astype(np.uint8)
    own = activities.place[part] < 0
    at = np.searchsorted(on.ground.codes, activities.divisions[part])
    lat, lon = (np.nan_to_num(of[at]) for of in (on.ground.lat, on.ground.lon))
    nowhere = ~own | np.isnan(on.ground.lat[at])
    return {
        "created_at": activities.created[part],
        "content": coded(kind, [_CONTENT.format(what=name) for name in terms]),
        "conditions": _CONDITIONS,
        "risks": _RISKS,
        "protection": _PROTECTION,
        "contact": _CONTACT,
        "meeting_point": _MEETING,
        "lat_e6": np.ma.array(np.round(lat * 1e6).astype(np.int64), mask=nowhere),
        "lon_e6": np.ma.array(np.round(lon * 1e6).astype(np.int64), mask=nowhere),
        "fence_m": np.full(len(at), 300),
    }


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
